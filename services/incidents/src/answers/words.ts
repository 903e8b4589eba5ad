import { type Client, createBatch } from '@tocsin/platform';
import type { Alerts } from '@tocsin/proto/alert/v1';
import { WordsResponse_State as State } from '@tocsin/proto/incident/v1';
import { type NotificationKey, NotificationKind } from '@tocsin/proto/page/v1';
import { wordsOf } from '../core/title-words.ts';
import type { AnswerDoc, Collections, IncidentDoc } from '../store/collections.ts';

const TITLE_WITHIN_MS = 300;

/**
 * The words of one notification, or that it must not go. An answer is stored before anything else is done about it, and this
 * reads after: words said `go` were asked for before the store. They are good for 250 ms, so no page starts later than that
 * after an accept was stored, whatever crashes in between.
 */
export function createWords({ collections, alerts }: { collections: Collections; alerts: Client<typeof Alerts> }) {
  // A hundred people's words are asked for at once. Who asks while a read is under way gets what the next one reads.
  const read = createBatch((incidentIds: string[]) => readIncidents(collections, incidentIds));

  return async (key: NotificationKey) => {
    const { incident, answers } = await read(key.incidentId);
    if (!incident) return { state: State.OVER };
    if (key.kind === NotificationKind.PAGE) {
      const state = incident.status === 'closed' ? State.OVER : pageState(answers, key);
      if (state !== State.GO) return { state };
    }
    const { number, severity, ownerId, drill } = incident;
    const title = incident.title || (await titleOf(collections, alerts, incident));
    return {
      state: State.GO,
      words: { incidentNumber: number, severity, title, ownerPersonId: ownerId ?? '', drill },
    };
  };
}

interface Known {
  incident: IncidentDoc | undefined;
  answers: AnswerDoc[];
}

async function readIncidents({ answers, incidents }: Collections, incidentIds: string[]): Promise<Known[]> {
  const ids = [...new Set(incidentIds)];
  const [said, found] = await Promise.all([
    answers.find({ incidentId: { $in: ids } }).toArray(),
    incidents.find({ _id: { $in: ids } }).toArray(),
  ]);
  const byId = new Map(found.map((incident) => [incident._id, incident]));
  const byIncident = Map.groupBy(said, (answer) => answer.incidentId);
  return incidentIds.map((id) => ({ incident: byId.get(id), answers: byIncident.get(id) ?? [] }));
}

/** What the answers so far mean for a page. */
export function pageState(answers: readonly AnswerDoc[], key: NotificationKey): State {
  let held = false;
  for (const { said, personId, escalationId, decision, event } of answers) {
    // How bad it is, and who else is asked, says nothing of who answers.
    if (said === 'severity' || said === 'summon') continue;
    const mine = personId === key.personId;
    // Who was added is paged on while the response is snoozed, or given to somebody else.
    const ends = said === 'resolve' || escalationId === key.escalationId;
    if (!ends) continue;
    if (!decision) {
      held ||= said !== 'reject' || mine;
      continue;
    }
    switch (decision.outcome) {
      case 'resolved':
        // Of another escalation its rounds say nothing: the incident is over for all of them.
        if (escalationId !== key.escalationId || decision.round >= key.round) return State.OVER;
        break;
      case 'yours':
        if (decision.round >= key.round) return State.OVER;
        break;
      case 'done':
        if (decision.round >= key.round) return State.OVER;
        break;
      case 'rejected':
      case 'escalated':
        if (mine && event.kind === 'answer' && decision.round === key.round && event.layer === key.layer)
          return State.OVER;
        break;
      default:
        break;
    }
  }
  return held ? State.HELD : State.GO;
}

/** Ingestion was silent when the incident was made: its words are asked for now, once more. */
async function titleOf(
  collections: Collections,
  alerts: Client<typeof Alerts>,
  incident: IncidentDoc,
): Promise<string> {
  try {
    const { texts } = await alerts.describe({ alertIds: [incident.firstAlertId] }, { timeoutMs: TITLE_WITHIN_MS });
    const title = texts[0]?.title ?? '';
    if (title !== '')
      await collections.incidents.updateOne(
        { _id: incident._id, title: '' },
        { $set: { title, titleWords: wordsOf(title) } },
      );
    return title;
  } catch {
    return '';
  }
}
