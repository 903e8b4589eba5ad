/**
 * What a container of the image can be: the argument, and the file that it runs, from the workspace's root. A new service is a line
 * here and a component in the chart, and a test holds the two together.
 */
export const services: Readonly<Record<string, string>> = {
  roster: 'services/roster/src/main.ts',
  ingestion: 'services/ingestion/src/main.ts',
  incidents: 'services/incidents/src/main.ts',
  worker: 'workflows/worker/main.ts',
  'notifier-sms': 'services/notifier-sms/src/main.ts',
  'notifier-voice': 'services/notifier-voice/src/main.ts',
  'notifier-chat': 'services/notifier-chat/src/main.ts',
  'notifier-push': 'services/notifier-push/src/main.ts',
  webhooks: 'services/webhooks/src/main.ts',
  gateway: 'services/gateway/src/main.ts',
  analytics: 'services/analytics/src/main.ts',
};

/** What runs to an end. */
export const jobs: Readonly<Record<string, string>> = {
  'provision-store': 'deploy/docker/src/roles/provision-store.ts',
  'provision-streams': 'deploy/docker/src/roles/provision-streams.ts',
  'provision-temporal': 'deploy/docker/src/roles/provision-temporal.ts',
  'repeat-alerts': 'deploy/docker/src/roles/repeat-alerts.ts',
  organisation: 'deploy/docker/src/roles/organisation.ts',
  'initiate-mongo': 'deploy/docker/src/roles/initiate-mongo.ts',
  'make-secrets': 'deploy/docker/src/roles/make-secrets.ts',
  drill: 'deploy/docker/src/roles/drill.ts',
};

export const tools: Readonly<Record<string, string>> = {
  /** Stands in for the world outside. */
  simulator: 'deploy/docker/src/roles/simulator.ts',
  /** The command line: `tocsin apply -f …`. */
  tocsin: 'packages/cli/src/main.ts',
};
