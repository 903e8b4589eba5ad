export interface ServicePorts {
  ingestion: number;
  /** The simulated carrier's API and the wall of phones. */
  carrier: number;
  sms: number;
  voice: number;
  push: number;
  /** The simulated push service of browsers. */
  pushService: number;
  chat: number;
  /** The simulated Slack workspace. */
  slack: number;
  /** The console and the API. */
  gateway: number;
  /** Metrics. */
  analytics: number;
  /** Health of all services, and their metrics. */
  ops: number;
}

export const defaultServicePorts: ServicePorts = {
  ingestion: 8080,
  carrier: 8090,
  sms: 8081,
  voice: 8082,
  push: 8084,
  pushService: 8092,
  chat: 8083,
  slack: 8091,
  gateway: 8000,
  analytics: 8086,
  ops: 9464,
};
