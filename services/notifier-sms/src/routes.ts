import type { Desk, NotifierConfig, ReceiptNews } from '@tocsin/notifier-kit';
import { createTwilioRouter, failureOf, field, twiml } from '@tocsin/notifier-kit/twilio';
import type { Router } from 'express';
import twilio from 'twilio';
import { takeReply } from './take-reply.ts';

/** Message statuses (https://www.twilio.com/docs/messaging/api/message-resource#message-status-values). */
const RECEIPTS: Record<string, Pick<ReceiptNews, 'receipt' | 'ended'>> = {
  accepted: { receipt: 'queued', ended: false },
  scheduled: { receipt: 'queued', ended: false },
  queued: { receipt: 'queued', ended: false },
  sending: { receipt: 'queued', ended: false },
  sent: { receipt: 'sent', ended: false },
  delivered: { receipt: 'delivered', ended: true },
  read: { receipt: 'read', ended: true },
  undelivered: { receipt: 'failed', ended: true },
  failed: { receipt: 'failed', ended: true },
  canceled: { receipt: 'failed', ended: true },
};

/** Where Twilio tells what became of messages, and what people reply. */
export function createRoutes(desk: Desk, config: NotifierConfig): Router {
  const router = createTwilioRouter(config.twilioAccounts, desk, twilio.validateRequest);

  router.post('/twilio/:account/status/:token', async (req, res) => {
    const news = RECEIPTS[field(req.body, 'MessageStatus')];
    const providerId = field(req.body, 'MessageSid');
    if (news && providerId !== '') {
      const why = news.receipt === 'failed' ? failureOf(field(req.body, 'ErrorCode'), 'not-delivered') : { reason: '' };
      await desk.receipt(req.params.token, { ...news, ...why, providerId });
    }
    res.status(204).end();
  });

  router.post('/twilio/:account/sms', async (req, res) => {
    const response = new twilio.twiml.MessagingResponse();
    const message = { id: field(req.body, 'MessageSid'), from: field(req.body, 'From'), body: field(req.body, 'Body') };
    try {
      const reply = await takeReply(desk, message);
      if (reply !== null) response.message(reply);
    } catch (err) {
      // A carrier does not bring a message twice: whoever sent it has to know that it was not heard.
      desk.log.error({ err, message: message.id }, 'message not taken');
      response.message('Your reply could not be taken. Please send it again.');
    }
    twiml(res, response);
  });

  return router;
}
