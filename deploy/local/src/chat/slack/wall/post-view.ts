import { type Block, buttonsOf } from '../blocks.ts';
import type { SlackPost } from '../fake-slack.ts';

/** A message as the wall shows it. */
export interface PostView {
  sid: string;
  at: number;
  /** Whose it is. */
  member: string;
  name: string | null;
  /** The channel, where it is no direct message. */
  channel: string | null;
  lines: { as: 'headline' | 'text' | 'remark'; text: string }[];
  buttons: { action: string; text: string; style: string }[];
  /** Whether it says something else than when it was sent. */
  changed: boolean;
}

export function postView(post: SlackPost, names: ReadonlyMap<string, string>): PostView {
  const { member } = post;
  const lines = post.blocks.flatMap((block) => linesOf(block));
  const buttons = buttonsOf(post.blocks).map((one) => ({
    action: one.action_id,
    text: one.text.text,
    style: one.style ?? 'primary',
  }));
  const channel = post.channel.startsWith('D') ? null : post.channel;
  return {
    sid: post.sid,
    at: post.at,
    member,
    name: names.get(member) ?? null,
    channel,
    lines,
    buttons,
    changed: post.edits > 0,
  };
}

function linesOf(block: Block): PostView['lines'] {
  if (block.type === 'context') return block.elements.map(({ text }) => ({ as: 'remark', text: asRead(text) }));
  if (block.type !== 'section') return [];
  return [{ as: block.text.type === 'mrkdwn' ? 'headline' : 'text', text: asRead(block.text.text) }];
}

/** Markup and escapes as a person sees them. */
function asRead(text: string): string {
  return text
    .replace(/<@[UW][A-Z0-9]+> ?/g, '')
    .replace(/^\*(.*)\*$/, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
