import { type Severity, severityRank, type Target } from '@tocsin/domain';
import { InvalidInput, millis } from '@tocsin/platform';
import type { CommandRequest } from '@tocsin/proto/incident/v1';
import { TargetKind } from '@tocsin/proto/roster/v1';
import type { MongoClient } from 'mongodb';
import { appendEntries } from '../log/append.ts';
import { findIncident } from '../read/find-incident.ts';
import type { AskedEvent, IncidentDoc } from '../store/collections.ts';
import { LONGEST_NOTE, storeNote } from './store-note.ts';
import { type SubmitDeps, submit } from './submit.ts';
import { answered } from './take-answer.ts';

const LONGEST_SNOOZE_MS = 7 * 24 * 3_600_000;

/** What a person does to an incident from outside a page. The same command id is the same command. */
export async function takeCommand(deps: SubmitDeps & { client: MongoClient }, request: CommandRequest) {
  const { commandId, byPersonId, command } = request;
  if (commandId === '')
    throw new InvalidInput('a command needs an id', { code: 'command-id-missing', field: 'command_id' });
  if (byPersonId === '')
    throw new InvalidInput('a command names who gives it', { code: 'person-missing', field: 'by_person_id' });
  const incident = await findIncident(deps.collections, request.organisationId, request.incident);
  if (command.case === 'note') return note(deps, incident, request, command.value.text);
  const event = eventOf(request, incident);
  const { _id: incidentId, number } = incident;
  const said = event.kind === 'answer' ? event.answer : event.kind;
  if (command.case === 'reject' && command.value.reason.trim() !== '') {
    const text = command.value.reason.slice(0, LONGEST_NOTE);
    await storeNote(deps.collections, `${incidentId}/${commandId}/reason`, { incidentId, text, by: byPersonId });
  }
  const decision = await submit(deps, {
    incidentId,
    escalationId: 'response',
    personId: byPersonId,
    said,
    event,
  });
  return answered(decision, number);
}

function eventOf({ commandId: id, byPersonId: personId, command }: CommandRequest, incident: IncidentDoc): AskedEvent {
  const { round, layer } = incident;
  switch (command.case) {
    case 'accept':
    case 'reject':
    case 'resolve':
    case 'escalate':
      return {
        kind: 'answer',
        id,
        answer: command.case,
        personId,
        escalationId: 'response',
        round,
        layer,
        channel: 'console',
      };
    case 'reassign':
      return { kind: 'reassign', id, personId, target: targetOf('reassign', command.value.target) };
    case 'summon':
      return { kind: 'summon', id, personId, target: targetOf('summon', command.value.target) };
    case 'snooze': {
      const until = millis(command.value.until) ?? 0;
      const now = Date.now();
      if (until <= now || until > now + LONGEST_SNOOZE_MS) {
        throw new InvalidInput('a snooze ends in the future, and within 7 days', {
          code: 'snooze-out-of-range',
          field: 'snooze.until',
        });
      }
      return { kind: 'snooze', id, personId, until };
    }
    case 'severity':
      return { kind: 'severity', id, personId, severity: severityOf(command.value.severity) };
    case 'note':
    case undefined:
      throw new InvalidInput('a command says what to do', { code: 'command-missing', field: 'command' });
    default:
      return command satisfies never;
  }
}

function severityOf(said: string): Severity {
  if (severityRank(said as Severity) >= 0) return said as Severity;
  throw new InvalidInput('is one of: critical, high, medium, low, info', {
    code: 'severity-unknown',
    field: 'severity.severity',
  });
}

async function note(
  deps: SubmitDeps & { client: MongoClient },
  incident: IncidentDoc,
  request: CommandRequest,
  text: string,
) {
  if (text.trim() === '' || text.length > LONGEST_NOTE) {
    throw new InvalidInput(`a note has 1 to ${LONGEST_NOTE} characters`, { code: 'note-length', field: 'note.text' });
  }
  const { commandId, byPersonId } = request;
  const incidentId = incident._id;
  const id = `${incidentId}/note/${commandId}`;
  await storeNote(deps.collections, id, { incidentId, text, by: byPersonId });
  const data = { person: byPersonId, note: id };
  await appendEntries(deps.client, deps.collections, incidentId, [{ id, kind: 'noted', at: new Date(), data }]);
  return answered({ outcome: 'done', ownerId: incident.ownerId, round: 0, reason: 'noted' }, incident.number);
}

function targetOf(command: string, target: { kind: TargetKind; id: string } | undefined): Target {
  const kinds: Record<number, Target['kind']> = {
    [TargetKind.PERSON]: 'person',
    [TargetKind.SCHEDULE]: 'schedule',
    [TargetKind.TEAM]: 'team',
  };
  const kind = kinds[target?.kind ?? TargetKind.UNSPECIFIED];
  if (!target || !kind || target.id === '') {
    throw new InvalidInput('must name a person, a schedule or a team', {
      code: 'target-missing',
      field: `${command}.target`,
    });
  }
  return { kind, id: target.id };
}
