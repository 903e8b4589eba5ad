import { z } from 'zod';

/** Slack's Block Kit as far as we use it, with its limits (https://docs.slack.dev/reference/block-kit). What is not here is refused. */

const plainText = (most: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(most),
    emoji: z.boolean().optional(),
  });
const mrkdwn = z.strictObject({
  type: z.literal('mrkdwn'),
  text: z.string().min(1).max(3_000),
  verbatim: z.boolean().optional(),
});
const button = z.strictObject({
  type: z.literal('button'),
  action_id: z.string().min(1).max(255),
  text: plainText(75),
  style: z.enum(['primary', 'danger']).optional(),
  value: z.string().max(2_000).optional(),
});
const blockId = z.string().max(255).optional();

const block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('section'), block_id: blockId, text: z.union([plainText(3_000), mrkdwn]) }),
  z.strictObject({
    type: z.literal('context'),
    block_id: blockId,
    elements: z
      .array(z.union([plainText(2_000), mrkdwn]))
      .min(1)
      .max(10),
  }),
  z.strictObject({ type: z.literal('actions'), block_id: blockId, elements: z.array(button).min(1).max(25) }),
]);

export type Block = z.infer<typeof block>;
export type Button = z.infer<typeof button>;

const blocks = z
  .array(block)
  .max(50)
  .refine((all) => {
    const ids = all.flatMap((one) => (one.type === 'actions' ? one.elements.map(({ action_id: id }) => id) : []));
    return new Set(ids).size === ids.length;
  }, 'action ids are there once');

/** The blocks, or a sentence about what Slack would not take. */
export function parseBlocks(value: unknown): Block[] | string {
  const parsed = blocks.safeParse(value);
  if (!parsed.success)
    return parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  const wrong = [...textsOf(parsed.data)].map(wrongMarkup).find((one) => one !== null);
  return wrong ?? parsed.data;
}

/** Control characters that are there unescaped would be read as links, mentions, or a call to everybody. */
export function wrongMarkup(text: string): string | null {
  const rest = text.replace(/<@[UW][A-Z0-9]+>/g, '');
  if (/[<>]/.test(rest)) return 'a text holds an unescaped < or >';
  return /&(?!amp;|lt;|gt;)/.test(rest) ? 'a text holds an unescaped &' : null;
}

/** What a person reads, with what was escaped as it was. */
export function readable(all: readonly Block[]): string {
  return [...textsOf(all)].join('\n').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

export function buttonsOf(all: readonly Block[]): Button[] {
  return all.flatMap((one) => (one.type === 'actions' ? one.elements : []));
}

function* textsOf(all: readonly Block[]): Generator<string> {
  for (const one of all) {
    if (one.type === 'section') yield one.text.text;
    else if (one.type === 'context') yield* one.elements.map(({ text }) => text);
    else yield* one.elements.map(({ text }) => text.text);
  }
}
