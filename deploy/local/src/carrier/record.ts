export type RequestKind = 'message' | 'call' | 'update' | 'fetch' | 'list';

/** One request to the API, as the carrier saw it. */
export interface CarrierEvent {
  /** Epoch milliseconds at which the request's head arrived. */
  receivedAt: number;
  account: string;
  kind: RequestKind;
  to?: string;
  from?: string;
  /** A message's text, or an update's parameters as they were posted. */
  body?: string;
  /** What a call that this request placed has said so far. */
  spoken?: readonly string[];
  sid?: string;
  /** Where a new message or call is to be reported on. */
  statusCallback?: string;
  /** The response's HTTP status; absent while, or because, none was given. */
  status?: number;
  /** The Twilio error code of a refusal. */
  code?: number;
}

export interface CarrierRecord {
  /** The entry is filled in while its request is worked on. */
  add(event: CarrierEvent): CarrierEvent;
  /** Copies, oldest first. */
  events(): CarrierEvent[];
}

export function createRecord(limit: number): CarrierRecord {
  const kept: CarrierEvent[] = [];
  return {
    add(event) {
      kept.push(event);
      // Cut seldom and much: shifting a hundred thousand entries for every request would cost more than the request.
      if (kept.length > limit * 1.25) kept.splice(0, kept.length - limit);
      return event;
    },
    events() {
      return kept.slice(-limit).map((event) => (event.spoken ? { ...event, spoken: [...event.spoken] } : { ...event }));
    },
  };
}
