import { z } from 'zod';
import { type Endpoint, type Received, startEndpoint } from './endpoint.ts';

/** What an incoming webhook of Mattermost takes, as far as we use it; what is not here is refused. */
const action = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9]+$/, 'action ids are letters and digits'),
  type: z.literal('button'),
  name: z.string().min(1),
  style: z.enum(['primary', 'danger']),
  integration: z.strictObject({ url: z.url(), context: z.record(z.string(), z.string()) }),
});
const attachment = z.strictObject({
  fallback: z.string().min(1),
  text: z.string().min(1).max(16_383),
  actions: z.array(action).length(2).optional(),
});
const message = z.strictObject({
  channel: z.string().regex(/^(@[a-z0-9._-]+|[a-z0-9_-]+)$/),
  text: z.string(),
  attachments: z.array(attachment).length(1),
});
/** What it reads of the answer to a press. */
const reaction = z.strictObject({
  update: z
    .strictObject({ message: z.string(), props: z.strictObject({ attachments: z.array(attachment).length(1) }) })
    .optional(),
  ephemeral_text: z.string().optional(),
});

export type MattermostPost = z.infer<typeof message>;
export type Reaction = z.infer<typeof reaction>;

export const HOOK = '/hooks/xen8hc1k5tnt5';

/** A Mattermost server on loopback with one incoming webhook. */
export function startMattermost(): Promise<Endpoint> {
  return startEndpoint(
    ({ path, headers, body }) => {
      if (path !== HOOK) return `no such hook: ${path}`;
      if (headers['content-type'] !== 'application/json') return 'it is no JSON';
      const parsed = message.safeParse(JSON.parse(body));
      if (!parsed.success) return z.prettifyError(parsed.error);
      return namesAnybody(parsed.data) ? 'a text names somebody' : null;
    },
    { status: 200, body: 'ok' },
  );
}

/** The text of an attachment is not ours alone. */
function namesAnybody({ attachments }: MattermostPost): boolean {
  return attachments.some(({ text, fallback }) => /@\w/.test(text + fallback));
}

export function postIn({ body }: Received): MattermostPost {
  return message.parse(JSON.parse(body));
}

/** What a person reads. */
export function readable(text: string): string {
  return text.replace(/\\(.)/g, '$1').replaceAll('\u200b', '');
}

/** Presses a button as somebody, the way the server tells of it. */
export async function press(
  post: MattermostPost,
  answer: 'accept' | 'reject',
  user: string,
): Promise<{ status: number; reaction: Reaction }> {
  const { integration } = post.attachments[0]!.actions!.find(({ id }) => id === answer)!;
  const response = await fetch(integration.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      user_id: 'rd49ehbqyjytddasoownkuqrxe',
      user_name: user,
      channel_id: 'j6j53p28k6urx15fpcgsr20psq',
      channel_name: 'x',
      team_id: '5xxzt146eax4tul69409opqjlf',
      team_domain: 'acme',
      post_id: 'gbuat1jz7pr3mfa3mjiibcc6no',
      trigger_id: 'trigger',
      type: '',
      data_source: '',
      context: integration.context,
    }),
  });
  const said: unknown = await response.json();
  return { status: response.status, reaction: response.status === 200 ? reaction.parse(said) : {} };
}
