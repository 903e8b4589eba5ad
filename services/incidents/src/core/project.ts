/** What an entry of the log changes in the incident's read model; empty where nothing. */
export function project(kind: string, data: Record<string, unknown>): Record<string, string | number | null> {
  // The incident's status is that of its response; escalations for other purposes have owners of their own.
  if (typeof data.escalation === 'string' && data.escalation !== 'response') return {};
  switch (kind) {
    case 'accepted':
      return { status: 'acknowledged', ownerId: String(data.person) };
    case 'layer-started':
      return { status: 'open', ownerId: null, round: Number(data.round), layer: Number(data.layer) };
    case 'rejected':
    case 'escalated':
    case 'reassigned':
    case 'ack-timed-out':
    case 'snooze-ended':
    case 'close-refused':
      return { status: 'open', ownerId: null };
    default:
      return {};
  }
}
