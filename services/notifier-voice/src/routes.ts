import type { Desk, NotifierConfig, ReceiptNews, Sent } from '@tocsin/notifier-kit';
import { createTwilioRouter, failureOf, field } from '@tocsin/notifier-kit/twilio';
import type { Request, Response, Router } from 'express';
import twilio from 'twilio';
import { renderLastWords, renderOneMoment, renderVoice } from './render-voice.ts';
import { takeKey } from './take-key.ts';

/** Call statuses (https://www.twilio.com/docs/voice/api/call-resource#call-status-values). */
const RECEIPTS: Record<string, Pick<ReceiptNews, 'receipt' | 'ended'>> = {
  queued: { receipt: 'queued', ended: false },
  initiated: { receipt: 'queued', ended: false },
  ringing: { receipt: 'sent', ended: false },
  'in-progress': { receipt: 'delivered', ended: true },
  completed: { receipt: 'delivered', ended: true },
  busy: { receipt: 'unanswered', ended: true },
  'no-answer': { receipt: 'unanswered', ended: true },
  canceled: { receipt: 'unanswered', ended: true },
  failed: { receipt: 'failed', ended: true },
};
/** SIP's "temporarily unavailable": the call came as far as the person's phone, and Twilio calls that a failure at times. */
const NOBODY_THERE = '480';
const TRIES = 3;

/** Where Twilio asks what to say, brings the key that was pressed, and tells what became of calls. */
export function createRoutes(desk: Desk, config: NotifierConfig): Router {
  const router = createTwilioRouter(config.twilioAccounts, desk, twilio.validateRequest);
  const addressOf = (account: string, path: string) => `${desk.publicUrl()}/twilio/${account}/${path}`;

  router.post('/twilio/:account/status/:token', async (req, res) => {
    const said = field(req.body, 'CallStatus');
    const status = said === 'failed' && field(req.body, 'SipResponseCode') === NOBODY_THERE ? 'no-answer' : said;
    const news = RECEIPTS[status];
    const providerId = field(req.body, 'CallSid');
    if (news && providerId !== '') {
      const reason = news.receipt === 'unanswered' ? status : '';
      const why = news.receipt === 'failed' ? failureOf(field(req.body, 'ErrorCode'), 'call-failed') : { reason };
      await desk.receipt(req.params.token, { ...news, ...why, providerId });
    }
    res.status(204).end();
  });

  router.post('/twilio/:account/voice/:token', (req, res) =>
    spokenTo(req, res, async (page) => {
      if (page.withdrawn) return renderLastWords(`${page.words.incidentNumber} needs you no more. Goodbye.`);
      return sayAgain(req, page, 0);
    }),
  );

  router.post('/twilio/:account/gather/:token', (req, res) =>
    spokenTo(req, res, async (page) => {
      // After a second try the key comes in the address.
      const digit = field(req.body, 'Digits') || field(req.query, 'digit');
      const sentence = await takeKey(desk, page, { callId: field(req.body, 'CallSid'), digit });
      return sentence === null
        ? sayAgain(req, page, Number(field(req.query, 'heard')) || 0)
        : renderLastWords(sentence);
    }),
  );

  /** The words of a page, and of whoever they name. */
  async function sayAgain(req: Request, page: Sent, heard: number): Promise<string> {
    const { account, token } = req.params as { account: string; token: string };
    const ownerName = await desk.nameOf(page.key, page.words.ownerPersonId);
    const words = { ...page.words, kind: page.key.kind, possibleRepeat: page.possibleRepeat, ownerName };
    return renderVoice(words, { heard, gatherUrl: (times) => addressOf(account, `gather/${token}?heard=${times}`) });
  }

  /** Whatever goes wrong on our side, a person on the phone hears that it did, and their key is not lost. */
  async function spokenTo(req: Request, res: Response, speak: (page: Sent) => Promise<string>): Promise<void> {
    res.type('text/xml');
    const { account, token } = req.params as { account: string; token: string };
    const tries = Number(field(req.query, 'tries')) || 1;
    try {
      const page = await desk.byToken(token);
      res.send(page ? await speak(page) : renderLastWords('This call is not known any more. Goodbye.'));
    } catch (err) {
      desk.log.error({ err, tries }, 'call could not be spoken to');
      if (tries >= TRIES) return void res.send(renderLastWords('Something is wrong here. Please answer another way.'));
      const again = new URLSearchParams({ tries: String(tries + 1), heard: field(req.query, 'heard') || '0' });
      const digit = field(req.body, 'Digits') || field(req.query, 'digit');
      if (digit !== '') again.set('digit', digit);
      res.send(renderOneMoment(addressOf(account, `${req.path.split('/').at(-2)}/${token}?${again}`)));
    }
  }

  return router;
}
