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

/** What else is on a phone's screen, that no carrier brought. */
export interface PhoneScreen {
  notifications(): readonly ScreenNotification[];
  /** Presses a button of one; false where it did not work. Throws where there is no such button. */
  press(tag: string, action: string): Promise<boolean>;
}

export interface ScreenNotification {
  tag: string;
  title: string;
  body: string;
  at: number;
  actions: readonly { action: string; title: string }[];
}

export interface Handset {
  readonly number: string;
  name?: string;
  habits: PhoneHabits;
  screen?: PhoneScreen;
  /** The wall's sequence number of the last change that its owner could see. */
  changedAt: number;
}
