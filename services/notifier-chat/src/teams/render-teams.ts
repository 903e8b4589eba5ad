import { headline, inOneLine, remarks, titleOf, type WrittenWords } from '@tocsin/notifier-kit';

/**
 * A notification as what a Workflows webhook of Teams posts
 * (https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using): a message with one Adaptive
 * Card. Text of others stands in text runs, where Markdown means nothing.
 */
export function renderTeams(words: WrittenWords): object {
  const title = words.kind === 'taken' ? '' : titleOf(words);
  const said = [...remarks(words), ...(words.kind === 'page' ? [HOW_TO_ANSWER] : [])].join(' ');
  return {
    type: 'message',
    summary: inOneLine(words),
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          msteams: { width: 'Full' },
          body: [
            run(headline(words), { size: 'Large', weight: 'Bolder' }),
            ...(title === '' ? [] : [run(title)]),
            ...(said === '' ? [] : [run(said, { isSubtle: true })]),
          ],
        },
      },
    ],
  };
}

/** A webhook has no way back that says who pressed. */
const HOW_TO_ANSWER = 'Answer by phone, SMS, or in the console.';

function run(text: string, style: object = {}): object {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text, ...style }] };
}
