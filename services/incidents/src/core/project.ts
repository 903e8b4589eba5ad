/** What an entry of the log changes in the incident's read model; empty where nothing. */
export function project(kind: string, data: Record<string, unknown>): Record<string, string | number | null> {
  switch (kind) {
    case 'accepted':
      return { status: 'acknowledged', ownerId: String(data.person) };
    case 'layer-started':
      return { status: 'open', ownerId: null, round: Number(data.round), layer: Number(data.layer) };
    case 'ack-timed-out':
    case 'snooze-ended':
    case 'reassigned':
    case 'close-refused':
      return { status: 'open', ownerId: null };
    case 'snoozed':
      return { status: 'acknowledged' };
    default:
      return {};
  }
}
