import { type TemporalSecurity, temporalEnvironment } from '@tocsin/platform';
import { z } from 'zod';

export const incidentsConfig = z.object({
  natsUrl: z.string(),
  mongoUrl: z.string(),
  temporalAddress: z.string(),
  temporalNamespace: z.string().default('default'),
  temporalSecurity: z.custom<TemporalSecurity>().optional(),
  logLevel: z.string().default('info'),
  /** How often incidents that nobody nudged are told to Temporal. */
  courierEveryMs: z.number().int().positive().default(250),
  /** How often open incidents' workflows are looked after. */
  reconcileEveryMs: z.number().int().positive().default(2_000),
  /** How often Temporal is asked for all workflows that run, to end those that no open incident is behind. */
  strandedEveryMs: z.number().int().positive().default(300_000),
  /** How long after its close an incident's workflow may run. */
  strandedAfterMs: z.number().int().positive().default(600_000),
  /** Given to every workflow that is started; its own default where absent. */
  turnAfterEvents: z.number().int().min(10).optional(),
});

export type IncidentsConfig = z.input<typeof incidentsConfig>;

export const incidentsEnvironment = z
  .object({
    NATS_URL: z.string(),
    MONGODB_URL: z.string(),
    TOCSIN_TURN_AFTER_EVENTS: z.coerce.number().int().min(10).optional(),
    LOG_LEVEL: z.string().default('info'),
  })
  .transform((env) => ({
    natsUrl: env.NATS_URL,
    mongoUrl: env.MONGODB_URL,
    turnAfterEvents: env.TOCSIN_TURN_AFTER_EVENTS,
    logLevel: env.LOG_LEVEL,
  }))
  .and(temporalEnvironment);
