import { type Guard, type Handlers, type Logger, newId } from '@tocsin/platform';
import type { Webhooks } from '@tocsin/proto/webhook/v1';
import { MESSAGE_TYPES } from '../core/catalogue.ts';
import type { Collections, WebhookRow } from '../store/collections.ts';
import type { Vault } from '../store/sealed.ts';
import { changeWebhook, deleteWebhook, rotateSecret } from '../subscriptions/change-webhook.ts';
import { createWebhook } from '../subscriptions/create-webhook.ts';
import { webhookView } from '../subscriptions/webhook-view.ts';
import { deliveryView, listDeliveries } from './list-deliveries.ts';
import { replay } from './replay.ts';
import { testWebhook } from './test-webhook.ts';

export interface HandlerDeps {
  collections: Collections;
  vault: Vault;
  guard: Guard;
  log: Logger;
  /** Something may be due. */
  nudge(): void;
}

/** Answers `tocsin.webhook.v1.Webhooks`. */
export function createHandlers(deps: HandlerDeps): Handlers<typeof Webhooks> {
  const { collections, vault, guard, log, nudge } = deps;
  const changed = async (what: string, row: WebhookRow) => {
    log.info({ organisationId: row.organisationId, webhookId: row._id, what }, 'webhook changed');
    nudge();
    return webhookView(collections, vault, row);
  };
  return {
    listWebhooks: async ({ organisationId, webhookId }) => {
      const filter = { organisationId, ...(webhookId === '' ? {} : { _id: webhookId }) };
      const rows = await collections.webhooks.find(filter).sort({ createdAt: 1, _id: 1 }).toArray();
      return {
        webhooks: await Promise.all(rows.map((row) => webhookView(collections, vault, row))),
        types: MESSAGE_TYPES.map(({ type, when }) => ({ type, when })),
      };
    },
    createWebhook: async (request) => {
      const { row, secret } = await createWebhook(collections, vault, guard, request);
      return { secret, webhook: await changed('create', row) };
    },
    updateWebhook: async (request) => {
      const { name, url, enabled } = request;
      const changes = { name, url, enabled, types: request.types?.types };
      return { webhook: await changed('update', await changeWebhook(collections, vault, guard, request, changes)) };
    },
    deleteWebhook: async (request) => {
      const { organisationId, _id: webhookId } = await deleteWebhook(collections, request);
      log.info({ organisationId, webhookId, what: 'delete' }, 'webhook changed');
      // Nobody waits for it; what is left over goes when its time is up.
      void collections.deliveries.deleteMany({ webhookId }).catch((err: unknown) => {
        log.warn({ err, webhookId }, 'what was sent to a deleted webhook is kept until its time is up');
      });
      return {};
    },
    rotateSecret: async (request) => {
      const { row, secret } = await rotateSecret(collections, vault, request, Number(request.graceMs));
      return { secret, webhook: await changed('rotate secret', row) };
    },
    testWebhook: async (request, { key = newId() }) => {
      const { webhook, row } = await testWebhook(collections, request, key);
      nudge();
      return deliveryView(row, webhook);
    },
    listDeliveries: (request) => listDeliveries(collections, request),
    replay: async (request) => {
      const replayed = await replay(collections, request);
      nudge();
      return { replayed };
    },
  };
}
