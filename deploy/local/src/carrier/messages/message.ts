export type MessageStatus = 'queued' | 'sent' | 'delivered' | 'undelivered' | 'failed' | 'canceled' | 'received';

export interface Message {
  readonly sid: string;
  readonly accountSid: string;
  readonly direction: 'outbound-api' | 'inbound' | 'outbound-reply';
  readonly from: string;
  readonly to: string;
  /** The person's number, whichever way the message goes. */
  readonly handset: string;
  readonly body: string;
  readonly createdAt: number;
  status: MessageStatus;
  updatedAt: number;
  sentAt?: number;
  /** When it reached the handset, or left it. */
  at?: number;
  errorCode?: number;
}

/** What the customer asked for along with a message. */
export interface MessageWishes {
  statusCallback?: string | undefined;
  validitySeconds?: number | undefined;
}

const errorMessages: Readonly<Record<number, string>> = {
  30003: 'Unreachable destination handset',
  30004: 'Message blocked',
  30005: 'Unknown destination handset',
  30006: 'Landline or unreachable carrier',
  30007: 'Message filtered',
  30036: 'Validity Period Expired',
};

export function errorMessage(code: number | undefined): string | null {
  return code === undefined ? null : (errorMessages[code] ?? 'Unknown error');
}

const gsm7 = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\[~\]|€]*$/;

/** Segments by the alphabet that the text needs: 160/153 septets in GSM 03.38, 70/67 UTF-16 units otherwise. */
export function segments(text: string): number {
  if (!gsm7.test(text)) return text.length <= 70 ? 1 : Math.ceil(text.length / 67);
  const septets = text.length + (text.match(/[\^{}\\[~\]|€]/g)?.length ?? 0);
  return septets <= 160 ? 1 : Math.ceil(septets / 153);
}
