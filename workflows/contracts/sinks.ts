import type { Sinks } from '@temporalio/workflow';

/** What a workflow tells the process that lives it, beside its history: called once each, before Temporal hears of the step. */
export interface LifeSinks extends Sinks {
  life: {
    /** A run is about to go on in a new one. */
    turning(): void;
    /** A new run took over what the one before had carried it. */
    turned(): void;
  };
}
