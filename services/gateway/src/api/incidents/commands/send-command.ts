import { createHash } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { Conflict, createClient, services } from '@tocsin/platform';
import { AnswerOutcome, type CommandRequestSchema } from '@tocsin/proto/incident/v1';
import { z } from 'zod';
import { personOf } from '../../../auth/person-of.ts';
import type { Principal } from '../../../auth/principal.ts';
import type { Deps } from '../../../deps.ts';
import { nameOf } from '../../../directory/directory.ts';
import { named } from '../../../openapi/components.ts';
import type { AuditTrail } from '../../../operations/audit-trail.ts';
import type { Caller } from '../../../operations/operation.ts';
import { actorOf } from '../actor.ts';
import { namedSchema } from '../fields.ts';

const OUTCOMES = {
  [AnswerOutcome.STORED]: 'stored',
  [AnswerOutcome.YOURS]: 'yours',
  [AnswerOutcome.TAKEN]: 'taken',
  [AnswerOutcome.OVER]: 'over',
  [AnswerOutcome.REJECTED]: 'rejected',
  [AnswerOutcome.RESOLVED]: 'resolved',
  [AnswerOutcome.ESCALATED]: 'escalated',
  [AnswerOutcome.DONE]: 'done',
} as const;

export const commandResultSchema = named(
  'CommandResult',
  z.object({
    outcome: z
      .enum(['stored', 'yours', 'taken', 'over', 'rejected', 'resolved', 'escalated', 'done'])
      .describe('`stored`: it is kept, and decided in a moment; `taken`: somebody else has it.'),
    owner: namedSchema.nullable().describe('Who has the incident.'),
  }),
);

export const commandResponses = { 200: { description: 'What came of it.', body: commandResultSchema } } as const;

export interface Command {
  principal: Principal;
  number: string;
  caller: Pick<Caller, 'requestKey'>;
  audit: AuditTrail;
  /** Names of what was said, for the audit. */
  fields?: string[];
  /** Only somebody of the roster can do it. */
  asPerson?: true;
  command: MessageInitShape<typeof CommandRequestSchema>['command'];
}

/** Gives a command in the name of who asks: the person whom the user is linked to, else the user or key itself. */
export async function sendCommand(
  { principal, number, caller, audit, fields = [], asPerson, command }: Command,
  { nc, users, collections, directory }: Deps,
) {
  const { organisationId } = principal;
  const personId = await personOf(principal, { users, collections });
  if (asPerson && personId === null) {
    throw new Conflict(
      principal.kind === 'user'
        ? 'you are linked to nobody of the roster, and an answer is a person’s: ask an admin to link you'
        : 'an answer is a person’s, and this key acts as nobody: make one that acts as you (`asPerson`), linked to a person of the roster',
      { code: 'no-person-linked' },
    );
  }
  const request = {
    // The key names who asked as well, which is nothing for the incident's log.
    commandId: createHash('sha256').update(caller.requestKey).digest('base64url'),
    incident: number,
    organisationId,
    byPersonId: personId ?? actorOf(principal),
    command: command ?? { case: undefined },
  };
  const incidents = createClient(nc, services.incidents);
  const { outcome, ownerPersonId } = await audit.around({ target: { kind: 'incident', id: number }, fields }, () =>
    incidents.command(request),
  );
  const { people } = await directory.names(organisationId);
  return {
    status: 200 as const,
    body: {
      outcome: outcome === AnswerOutcome.UNSPECIFIED ? ('stored' as const) : OUTCOMES[outcome],
      owner: ownerPersonId === '' ? null : nameOf(people, ownerPersonId),
    },
  };
}
