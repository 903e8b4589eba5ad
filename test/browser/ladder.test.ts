import { beforeAll, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { replyTo } from '../harness/answers.ts';
import type { TestPerson } from '../harness/organisation.ts';
import { inBrowser } from './in-browser.ts';
import { setUp, signIn } from './users.ts';

/** As the carrier says it: the number is none; the message was sent and did not arrive. */
const NO_SUCH_NUMBER = { status: 400, code: 21_211 };
const NOT_ARRIVED = { failsWith: 30_003 };

const people: TestPerson[] = [
  { id: 'ada', channels: ['sms'] },
  { id: 'ben', channels: ['sms'] },
  { id: 'cleo', channels: [] },
  { id: 'dee', channels: ['sms', 'voice'], repeats: { times: 1, every: '8m' } },
  { id: 'eli', channels: ['sms'] },
  { id: 'boss' },
];
const layers = [['ada', 'ben', 'cleo'], [], ['ada', 'dee', 'eli']];

await inBrowser('the ladder of an incident', { people, layers, tryFor: '10m' }, (seen) => {
  beforeAll(async () => {
    await setUp(await seen.browser.person(seen.url), seen.h.tocsin.setupLink ?? '');
    await seen.browser.leave();
  });

  test('it says of everybody what was tried, how far it came, and why no further, as it happens', async () => {
    seen.expects(/^401: GET .*\/me$/);
    const page = await seen.browser.person(seen.url);
    await signIn(page);
    const { carrier } = seen.h.tocsin;
    const number = (id: string) => seen.h.phone(id).number;
    carrier.fault({ kind: 'message', to: number('ben'), do: NOT_ARRIVED });
    carrier.fault({ kind: 'call', to: number('dee'), do: NO_SUCH_NUMBER });
    carrier.fault({ kind: 'message', to: number('dee'), do: 'lose-callbacks' });
    carrier.fault({ kind: 'message', to: number('eli'), times: 1, do: { delayMs: 2_500 } });
    await seen.h.post({ action: 'trigger', dedup_key: 'db-17', severity: 'critical', title: 'db-17 unreachable' });
    await page.getByRole('link', { name: 'db-17 unreachable' }).click();

    await says(page, 'Layer 1', 'Ada', /being paged/, /by name/, /SMS\s*delivered.*through first/);
    await says(page, 'Layer 1', 'Ben', /unreachable/, /nothing arrived/, /failed.*handset unreachable.*2 tries/);
    await inStep(page, 'Layer 1').getByText('Cleo cannot be reached: no contact method.').waitFor();

    await replyTo(seen.h.phone('ada'), 'reject');
    await says(page, 'Layer 1', 'Ada', /rejected/, /answered.*reject/);
    await inStep(page, 'Layer 1').getByText('nobody here can answer any more').waitFor();
    await inStep(page, 'Layer 2').getByText('Passed over: nobody is on call.').waitFor();
    await inStep(page, 'Layer 2').getByText('Nobody is on call in Nobody.').waitFor();

    await says(page, 'Layer 3', 'Eli', /being paged/, /being sent/);
    await inStep(page, 'Layer 3').getByText('Ada is not paged: rejected before.').waitFor();
    await says(page, 'Layer 3', 'Dee', /SMS\s*sent/, /Call\s*failed.*invalid number/, /planned for/);
    await says(page, 'Layer 3', 'Eli', /SMS\s*delivered/);

    await replyTo(seen.h.phone('eli'), 'accept');
    await page.getByRole('status').filter({ hasText: 'Eli has it' }).waitFor();
    await says(page, 'Layer 3', 'Eli', /accepted/, /answered.*accept/);
    await says(page, 'Layer 3', 'Dee', /did not answer/);
    await inStep(page, 'Told afterwards').getByText('taken: delivered').first().waitFor();
  });
});

function inStep(page: Page, step: string): Locator {
  return page.getByRole('region', { name: step });
}

/** Waits until somebody's part of a step says all of these. */
async function says(page: Page, step: string, person: string, ...words: RegExp[]): Promise<void> {
  const part = inStep(page, step).getByRole('group', { name: person });
  for (const one of words) await part.filter({ hasText: one }).waitFor();
}
