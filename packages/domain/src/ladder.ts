import type { EscalationState, IncidentState, PlannedNotification } from './plan-types.ts';

/** The ladder so far as Markdown, by opaque ids: what an operator reads in the workflow's current details. */
export function ladder(state: IncidentState): string {
  const { counts } = state;
  const head = `**${state.number}** ${counts.severity}, ${state.status}${state.drill ? ', drill' : ''}; ${counts.firing} of ${counts.members} members firing`;
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
