import type { DescService } from '@bufbuild/protobuf';
import { InvalidInput } from '../errors/errors.ts';
import type { ServiceEntry } from '../nats/topology.ts';

const token = /^[a-z0-9][a-z0-9-]*$/;

/** Where one method of a service listens. An instance is one token of a strict alphabet: no wildcard gets into a subject. */
export function methodSubject(
  service: ServiceEntry<DescService>,
  instance: string | undefined,
  methodName: string,
): string {
  if (service.instances !== (instance !== undefined)) {
    throw new InvalidInput(`${service.subject} is asked ${service.instances ? 'with' : 'without'} an instance`, {
      code: 'instance-invalid',
      field: 'instance',
    });
  }
  if (instance === undefined) return `${service.subject}.${methodName}`;
  if (!token.test(instance)) {
    throw new InvalidInput('an instance is a name of a-z, 0-9 and hyphens', {
      code: 'instance-invalid',
      field: 'instance',
    });
  }
  return `${service.subject}.${instance}.${methodName}`;
}
