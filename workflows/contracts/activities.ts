import type { Effect, IncidentEvent } from '@tocsin/domain';

type EffectOf<K extends Effect['kind']> = Extract<Effect, { kind: K }>;
type EventOf<K extends IncidentEvent['kind']> = Extract<IncidentEvent, { kind: K }>;

/** Every activity carries out one effect and resolves with the event that tells its result. */
export interface LookUpActivities {
  /** Freezes the policy, resolves all its layers as of now, and stores the first. */
  beginEscalation(input: ForIncident<EffectOf<'begin'>>): Promise<EventOf<'begun'>>;
  resolveLayer(input: ForIncident<EffectOf<'resolve-layer'>>): Promise<EventOf<'layer-resolved'>>;
}

export interface PersistActivities {
  appendLog(input: ForIncident<EffectOf<'log'>>): Promise<EventOf<'logged'>>;
  closeIncident(input: ForIncident<EffectOf<'close'>>): Promise<EventOf<'closed'> | EventOf<'close-refused'>>;
  withdraw(input: ForIncident<EffectOf<'withdraw'>>): Promise<EventOf<'withdrawn'>>;
}

export interface PageActivities {
  /** Never fails as a whole: a result for each item, `pending` for what is not settled within its budget. */
  deliver(input: ForIncident<EffectOf<'deliver'>>): Promise<EventOf<'delivered'>>;
}

export interface ForIncident<E> {
  incidentId: string;
  organisationId: string;
  effect: E;
}
