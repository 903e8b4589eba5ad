import { createNotifier, createPost, type Notifier } from '@tocsin/notifier-kit';
import { consumers, createGuard, type Logger } from '@tocsin/platform';
import type { PushConfig } from './config.ts';
import { hearDevice } from './hear-device.ts';
import { createWebPush } from './providers/web-push.ts';
import { createAuthorize } from './vapid.ts';

/** The notifier of web push. Opens nothing until `start`. */
export function createNotifierPush(config: PushConfig, overrides: { log?: Logger } = {}): Notifier {
  return createNotifier(
    {
      channel: 'push',
      providers: () => [
        createWebPush({
          authorize: {
            current: createAuthorize(config.vapid),
            previous: config.previousVapid && createAuthorize(config.previousVapid),
          },
          toAnybody: createPost(createGuard([])),
          toNamed: createPost(null),
          services: config.pushServices,
        }),
      ],
      hearDevice,
      revisions: consumers.pushRevisions,
    },
    config,
    overrides,
  );
}
