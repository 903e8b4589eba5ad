import { headline, type Notification, type Revision, remarks, sayRevision, titleOf } from '@tocsin/notifier-kit';

/** What the console's service worker reads (`services/console/src/worker/notification.ts`). Short: it is read on a locked phone. */
export interface PushMessage {
  v: 1;
  kind: Notification['kind'] | 'revision';
  tag: string;
  /** Milliseconds since the epoch. */
  at: number;
  page: string;
  title: string;
  body: string;
  path: string;
  token: string;
}

/** Two or three lines of a phone. */
const TITLE_AT_MOST = 180;

/** A notification, or with `revision` what became of the page that it was. Only a page can be answered; a test is said to be shown as well. */
export function renderPush(notification: Notification, at: number, revision?: Revision): PushMessage {
  const { kind, incidentNumber, id } = notification;
  const isPage = kind === 'page';
  // What is of no incident stands beside those that are.
  const tag = kind === 'test' || kind === 'code' ? 'Tocsin' : incidentNumber;
  const said = revision ? sayRevision(revision) : '';
  const title = kind === 'taken' ? '' : titleOf(notification, TITLE_AT_MOST);
  const news = isPage || revision ? '' : headline(notification);
  const body = [said, news, title, ...remarks(notification)].filter((part) => part !== '').join('\n');
  return {
    v: 1,
    kind: revision ? 'revision' : kind,
    tag,
    at,
    page: isPage ? id : '',
    title: revision || !isPage ? tag : headline(notification),
    body: body === '' ? 'No details are known yet.' : body,
    path: incidentNumber === '' ? '/' : `/incidents/${encodeURIComponent(incidentNumber)}`,
    token: (isPage || kind === 'test') && !revision ? notification.token : '',
  };
}
