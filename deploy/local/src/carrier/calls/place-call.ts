import type { Network } from '../network.ts';
import { newSid } from '../sid.ts';
import type { Call, CallWishes } from './call.ts';
import { createLiveCall } from './live-call.ts';

/** Takes a call and starts its life; it can be called off while it waits in the queue, and while it rings. */
export function placeCall(
  network: Network,
  order: { accountSid: string; from: string; to: string },
  wishes: CallWishes,
): Call {
  const now = network.clock.now();
  const call: Call = {
    ...order,
    sid: newSid('CA'),
    handset: order.to,
    createdAt: now,
    updatedAt: now,
    status: 'queued',
    spoken: [],
    digits: '',
    listening: false,
  };
  network.calls.add(call);
  const liveCall = createLiveCall(network, call, wishes);
  network.live.set(call.sid, liveCall);
  network.clock.after(network.config.timings.queueMs, liveCall.dial);
  return call;
}
