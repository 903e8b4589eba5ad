import type { Versioned } from '../api/client.ts';
import type { Webhook } from '../api/webhooks.ts';

/** What every dialog about one webhook is given. */
export interface DialogProps {
  path: string;
  seen: Versioned<Webhook>;
  close(): void;
  /** It may be another now: look again. */
  changed(): Promise<void>;
}
