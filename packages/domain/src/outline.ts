import type { EscalationState, IncidentState, PlannedNotification } from './plan-types.ts';
import { severityOf } from './turn.ts';

/**
 * What the workflow is doing now as Markdown, by opaque ids: an operator reads it in the workflow's current details. It shows the
 * running layer, from the state; who was told since the incident opened is in its log, and `ladderView` reads it.
 */
export function outline(state: IncidentState): string {
  const { counts } = state;
  const head = `**${state.number}** ${severityOf(state)}, ${state.status}${state.drill ? ', drill' : ''}; ${counts.firing} of ${counts.members} members firing`;
  return [head, ...state.escalations.map(escalationLines)].join('\n\n');
}

function escalationLines(escalation: EscalationState): string {
  const { id, phase, round, layer, ownerId } = escalation;
  const where = layer === 0 ? 'assigned' : `L${layer}`;
  const lines = [`**${id}**: ${phase}, round ${round}, ${where}${ownerId === null ? '' : `, owner ${ownerId}`}`];
  for (const paged of escalation.people) {
    const theirs = escalation.notifications.filter((one) => one.key.personId === paged.person.personId);
    lines.push(
      `- ${paged.person.personId} (${paged.person.because}): ${paged.state}; ${theirs.map(notification).join(', ')}`,
    );
  }
  return lines.join('\n');
}

function notification(one: PlannedNotification): string {
  return `${one.channel} ${one.key.repeat} ${one.state}`;
}
