/** How a person's phone behaves when nobody presses anything. */
export interface PhoneHabits {
  /** Answers by itself, at once or after so many milliseconds. */
  autoAnswer?: boolean | number;
  /** Switched off: messages stay undelivered (30003), calls end as `no-answer` without ringing. */
  off?: boolean;
  /** Engaged: calls end as `busy`. */
  busy?: boolean;
  /** A mailbox takes the calls that nobody answers. */
  voicemail?: boolean;
}

export interface Handset {
  readonly number: string;
  name?: string;
  habits: PhoneHabits;
  /** The wall's sequence number of the last change that its owner could see. */
  changedAt: number;
}
