import { inOneLine, type Notification } from '@tocsin/notifier-kit';

/** A notification as the body of a signed message. `answerUrl` is where a page is answered; there is none for news. */
export function renderWebhook(notification: Notification, opts: { at: number; answerUrl: string }): string {
  const { kind, incidentNumber, severity, title, ownerName, note, drill, possibleRepeat, usefulUntil } = notification;
  return JSON.stringify({
    type: `notification.${kind}`,
    timestamp: new Date(opts.at).toISOString(),
    data: {
      incident: incidentNumber,
      severity,
      title,
      text: inOneLine(notification),
      owner: ownerName,
      note,
      drill,
      possibleRepeat,
      usefulUntil: new Date(usefulUntil).toISOString(),
      ...(kind === 'page' ? { answerUrl: opts.answerUrl } : {}),
    },
  });
}
