export type { NatsConnection } from '@nats-io/nats-core';
export {
  brokenLink,
  canonicalJson,
  GENESIS_HASH,
  type Json,
  type Link,
  linkHash,
} from './crypto/hash-chain.ts';
export { keepRenewed } from './crypto/keep-renewed.ts';
export { type Keyring, readKeyring, type Sealer } from './crypto/keyring.ts';
export { KEY_BYTES, SealBroken, seal, unseal } from './crypto/seal.ts';
export { signedHeaders } from './crypto/webhook-signature.ts';
export { fromApplicationFailure, toApplicationFailure } from './errors/application-failure.ts';
export { isDuplicateKey, toTocsinError } from './errors/classify.ts';
export {
  Conflict,
  type ErrorClass,
  type ErrorDetails,
  Forbidden,
  Internal,
  InvalidInput,
  NotFound,
  RateLimited,
  TocsinError,
  Unauthenticated,
  Unavailable,
} from './errors/errors.ts';
export { type HttpProblem, toHttpProblem } from './errors/http-problem.ts';
export { type BatchHandler, type ConsumeOptions, consume } from './facts/consume.ts';
export type { Delivery } from './facts/delivery.ts';
export { type FactRow, type FactRowOptions, factRow } from './facts/fact-row.ts';
export { createMongoFactStore, type FactStore, type UntoldFact } from './facts/fact-store.ts';
export { type Followed, type FollowOptions, follow } from './facts/follow.ts';
export { repeatFacts } from './facts/repeat-facts.ts';
export { createTeller, type Teller, type TellerOptions } from './facts/teller.ts';
export { createGuard, type Guard, isNetwork, NotAllowed, type Resolve } from './http/guard.ts';
export {
  createPost,
  type Post,
  type PostAnswer,
  PostFailed,
  type PostFailure,
  type PostOptions,
} from './http/post.ts';
export { createHttpServer, type HttpServer, type HttpServerOptions, sendProblem } from './http/server.ts';
export { checkServer } from './mongo/check-server.ts';
export { connectMongo, type MongoOptions } from './mongo/connect.ts';
export { insertEach } from './mongo/insert-each.ts';
export { type NewestQuery, type Page, readNewest, scanNewest } from './mongo/newest.ts';
export { inTransaction } from './mongo/transaction.ts';
export { connectNats } from './nats/connect.ts';
export { type ProvisionOptions, provision } from './nats/provision.ts';
export {
  type ConsumerEntry,
  consumers,
  type FactEntry,
  facts,
  type ServiceEntry,
  type StreamName,
  services,
  streams,
  type Urgency,
} from './nats/topology.ts';
export { type CallOptions, type Client, type ClientOptions, createClient } from './rpc/client.ts';
export { type Handlers, type RequestContext, type ServeOptions, serve } from './rpc/server.ts';
export { createBatch } from './runtime/batch.ts';
export { loadConfig } from './runtime/config.ts';
export { crashPoint } from './runtime/crash-point.ts';
export { idAt, newId } from './runtime/ids.ts';
export { createLifecycle, type Lifecycle } from './runtime/lifecycle.ts';
export { createLogger, type Logger } from './runtime/log.ts';
export { createLoop, type Loop } from './runtime/loop.ts';
export { processEnvironment, runService, type Service } from './runtime/run-service.ts';
export { millis, timestamp } from './runtime/timestamp.ts';
export { type Backoff, createBackoff, sleep, type UntilOptions, until } from './runtime/wait.ts';
export { metricSpec } from './telemetry/catalogue.ts';
export { answers, type Health, type Probe } from './telemetry/health.ts';
export type { MetricSpec, Metrics } from './telemetry/metrics.ts';
export { createOpsServer, type OpsServer } from './telemetry/ops-server.ts';
export { busProbe, storeProbe } from './telemetry/probes.ts';
export { enterSpan, inSpan, resumeSpan, type SpanSpec } from './telemetry/spans.ts';
export { createTelemetry, type Telemetry } from './telemetry/telemetry.ts';
export { currentTrace, currentTraceparent, type Trace, withTrace } from './telemetry/trace.ts';
export { startTracing, type Tracing } from './telemetry/tracing.ts';
export { createTemporalClient, type TemporalClient, type TemporalClientOptions } from './temporal/client.ts';
export { type TemporalSecurity, temporalEnvironment } from './temporal/security.ts';
export { createActivityInterceptors } from './temporal/trace-headers.ts';
export { connectTemporalWorker, type TemporalWorkerConnection } from './temporal/worker-connection.ts';
