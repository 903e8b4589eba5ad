/** The sender, as it was configured when the envelope came: so that reading an envelope twice gives the same alerts twice. */
export interface Sender {
  organisationId: string;
  integrationId: string;
  name: string;
  /** The adapter's id. */
  source: string;
  teamId: string;
  drill: boolean;
}

/** The raw bytes of one delivery, as received. */
export interface Envelope {
  id: string;
  sender: Sender;
  contentType: string;
  contentEncoding: string;
  body: Uint8Array;
}
