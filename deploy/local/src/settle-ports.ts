import { freePort } from './engines/index.ts';
import type { ServicePorts } from './ports.ts';

/** Carrier and notifiers are told each other's addresses before any of them listens, so free ports are chosen now. */
export async function settlePorts(wanted: Partial<ServicePorts> = {}): Promise<ServicePorts> {
  return {
    ingestion: wanted.ingestion || (await freePort()),
    carrier: wanted.carrier || (await freePort()),
    sms: wanted.sms || (await freePort()),
    voice: wanted.voice || (await freePort()),
    push: wanted.push || (await freePort()),
    pushService: wanted.pushService || (await freePort()),
    chat: wanted.chat || (await freePort()),
    slack: wanted.slack || (await freePort()),
    gateway: wanted.gateway || (await freePort()),
    analytics: wanted.analytics || (await freePort()),
    ops: wanted.ops || (await freePort()),
  };
}
