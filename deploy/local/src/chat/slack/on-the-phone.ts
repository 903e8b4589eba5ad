import type { AppMessage, PhoneApp } from '../../carrier/index.ts';
import { type Block, buttonsOf } from './blocks.ts';
import type { FakeSlack, SlackPost } from './fake-slack.ts';

/** Slack on a member's phone: what was written to them, and what in a channel names them. */
export function slackOf(slack: FakeSlack, member: string): PhoneApp {
  return {
    id: `slack-${member}`,
    name: 'Slack',
    shown: () => slack.posts.filter((one) => one.member === member).map(asShown),
    async press(messageId, action) {
      const post = slack.posts.find((one) => one.member === member && one.sid === messageId);
      const isThere = buttonsOf(post?.blocks ?? []).some((one) => one.action_id === action);
      if (!post || !isThere || (action !== 'accept' && action !== 'reject'))
        throw new Error(`nothing on ${messageId} can be pressed`);
      return (await slack.press(post, action, member).catch(() => 0)) === 200;
    },
    onChange: (listener) => slack.onChange((changed) => changed === member && listener()),
  };
}

function asShown({ sid, channel, blocks, at }: SlackPost): AppMessage {
  const [title = '', ...body] = blocks.flatMap(linesOf);
  return {
    id: sid,
    place: channel.startsWith('D') ? '' : channel,
    title,
    body: body.join('\n'),
    at,
    actions: buttonsOf(blocks).map(({ action_id: action, text }) => ({ action, title: text.text })),
  };
}

function linesOf(block: Block): string[] {
  if (block.type === 'section') return [asRead(block.text.text)];
  return block.type === 'context' ? block.elements.map(({ text }) => asRead(text)) : [];
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
