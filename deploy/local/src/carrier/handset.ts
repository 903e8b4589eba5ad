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

/** What reaches a phone's owner by another way than the carrier: a browser's notifications, a chat. */
export interface PhoneApp {
  /** There once on a phone. */
  readonly id: string;
  /** As its owner knows it. */
  readonly name: string;
  /** Oldest first. */
  shown(): readonly AppMessage[];
  /** Presses a button of a message; false where nobody took it. Throws where there is no such button. */
  press(messageId: string, action: string): Promise<boolean>;
  /** Calls back whenever something else is shown. */
  onChange(listener: () => void): void;
}

export interface AppMessage {
  id: string;
  /** Where in the app others read it too; empty where nobody does. */
  place: string;
  title: string;
  body: string;
  at: number;
  actions: readonly { action: string; title: string }[];
}

export interface Handset {
  /** Its number; another name where it has none, and only apps reach it. */
  readonly id: string;
  name?: string;
  habits: PhoneHabits;
  readonly apps: Map<string, PhoneApp>;
  /** The wall's sequence number of the last change that its owner could see. */
  changedAt: number;
}
