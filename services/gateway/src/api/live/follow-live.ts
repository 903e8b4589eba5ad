import { defineOperation } from '../../operations/operation.ts';

export const followLive = defineOperation({
  id: 'live.follow',
  method: 'GET',
  path: '/live',
  summary: 'What happens, as it happens',
  description: [
    'Server-sent events. `incident`: an entry of an incident’s log; `page`: what is known of a notification moved forward; both with',
    '`{ incidentId, kind }`, references only. `Last-Event-ID` resumes it, on any replica; where what was missed is not at hand any more,',
    '`reset` says to look at everything again. It ends with the session, and for who takes it slower than it comes.',
  ].join(' '),
  role: 'observer',
  responses: { 200: { description: 'Events, until either side ends it.', contentType: 'text/event-stream' } },
  async handle({ principal, caller }, { live, standing }) {
    const follower = await live.follow(principal.organisationId, caller.lastEventId);
    follower.stillMay = () => standing(principal);
    return { status: 200, headers: { 'X-Accel-Buffering': 'no' }, body: follower };
  },
});
