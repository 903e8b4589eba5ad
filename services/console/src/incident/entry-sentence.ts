import type { LogEntry } from '../api/types.ts';
import { listOf, phrase } from '../words/phrases.ts';

type NameOf = (id: string) => string;

/** An entry of the log as a sentence. What a newer server writes is shown by its kind. */
export function entrySentence({ kind, data }: LogEntry, nameOf: NameOf): string {
  const text = (field: string) => (typeof data[field] === 'string' ? data[field] : '');
  const person = nameOf(text('person'));
  const layer =
    data.layer === 0 ? 'who it was given to' : data.catchAll === true ? 'the catch-all' : `layer ${data.layer}`;
  const people = Array.isArray(data.people) ? data.people.map((id) => nameOf(String(id))) : [];
  const reason = text('reason') === '' ? '' : `: ${phrase(text('reason'))}`;
  // "person ada", "schedule primary".
  const [targetKind = '', targetId = ''] = text('target').split(' ');
  const target = targetKind === 'person' ? nameOf(targetId) : text('target');
  switch (kind) {
    case 'opened':
      return `Opened${reason}`;
    case 'escalation-started':
      return `Escalation began with policy ${text('policy')}${reason}`;
    case 'layer-started':
      return `Paging ${layer}: ${listOf(people)}${reason}`;
    case 'layer-empty':
      return `Passed over ${layer}${reason}`;
    case 'layer-ended':
      return `Done with ${layer}${reason}`;
    case 'gap':
      return `${target} gives nobody who can be paged`;
    case 'passed-over':
      return `${person} is not paged${reason}`;
    case 'page-planned':
      return `Pages by ${text('channel')} to ${layer}`;
    case 'news-planned':
      return `News by ${text('channel')} (${text('kind')})`;
    case 'notification':
      return `${person}, ${text('channel')}: ${text('receipt')}${reason}`;
    case 'notification-refused':
      return `${person} cannot be reached by ${text('channel')}${reason}`;
    case 'notification-pending':
      return `${person}, ${text('channel')}: tried again${reason}`;
    case 'person-unreachable':
      return `${person} is unreachable${reason}`;
    case 'accepted':
      return `${person} accepted by ${text('channel')}`;
    case 'rejected':
      return `${person} rejected by ${text('channel')}`;
    case 'escalated':
      return `${person} escalated`;
    case 'reassigned':
      return `${person} gave it to ${target}`;
    case 'snoozed':
      return `${person} snoozed it`;
    case 'snooze-ended':
      return 'The snooze ended';
    case 'ack-timed-out':
      return `${person} was silent for too long: paging goes on`;
    case 'late-answer':
      return `${person} answered late (${text('outcome')})`;
    case 'severity-raised':
      return `Severity rose from ${text('from')} to ${text('to')}`;
    case 'severity-set':
      return `${person} set the severity from ${text('from')} to ${text('to')}`;
    case 'summoned':
      return `${person} added ${target}`;
    case 'summon-ended':
      return `Who was added is paged no more${reason}`;
    case 'notification-lost':
      return `${person}, ${text('channel')}: lost on its way, sent again${reason}`;
    case 'notification-undelivered':
      return `${person}, ${text('channel')}: no provider could deliver it${reason}`;
    case 'resumed':
      return 'The workflow was lost, and goes on from the log';
    case 'entries-left-out':
      return text('reason') === 'the-store-was-restored'
        ? 'What the log held here is lost: the store was restored from a backup'
        : `${data.entries} entries are left out here: the log could not be written`;
    case 'members-joined':
      return `${data.joined} more joined: ${data.firing} of ${data.members} firing`;
    case 'source-resolved':
      return 'The source says resolved';
    case 'owner-told':
      return `${person} was told: ${text('note')}`;
    case 'close-refused':
      return 'Not closed: something fired again';
    case 'closed':
      return text('by') === 'source' ? 'Closed by the source' : `Closed by ${nameOf(text('by'))}`;
    case 'noted':
      return `${person} wrote a note`;
    default:
      return `${phrase(kind)}${reason}`;
  }
}
