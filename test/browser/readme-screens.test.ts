import { beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { fillYear } from '../bench/kpi-year.ts';
import { type Look, PHONE } from './browser.ts';
import { ADA, EXAMPLE_YAML, MONITORING, SIEM, send } from './example.ts';
import { inBrowser } from './in-browser.ts';
import { shoot } from './screenshot.ts';
import { becomePerson, setUp, signIn, type User } from './users.ts';

const DAY_MS = 86_400_000;
const STRANGER = /^401: GET .*\/me$/;
const DESK: Look = { width: 1180, height: 760 };
const FAY = '+12125550116';
const ADA_USER: User = { name: 'Ada Marsh', email: 'ada@example.com', password: 'correct horse battery' };

/** Turns that began three days ago: whoever is first in a rotation is on call, whenever this runs. */
const yaml = EXAMPLE_YAML.replaceAll('2026-01-05', new Date(Date.now() - 3 * DAY_MS).toISOString().slice(0, 10));

await inBrowser('the screens that the README shows', { yaml }, (seen) => {
  /** Ada, before a screen of this look. */
  const ada = async (look: Look): Promise<Page> => {
    seen.expects(STRANGER);
    const page = await seen.browser.person(seen.url, look);
    await signIn(page, ADA_USER);
    return page;
  };

  beforeAll(async () => {
    const { h } = seen;
    await h.tocsin.stopService('analytics');
    await fillYear(h.db, 90, {
      organisationId: 'acme',
      from: Date.now() - 60 * DAY_MS,
      until: Date.now() - DAY_MS / 24,
      people: ['otter', 'heron', 'lynx', 'finch', 'moose', 'raven'],
      teams: ['security-operations', 'platform'],
    });
    await h.tocsin.startService('analytics');
    const page = await seen.browser.person(seen.url);
    await setUp(page, h.tocsin.setupLink ?? '', ADA_USER);
    await becomePerson(page, ADA.id);
    // Fay's phone has no such number any more; Ada is asleep in a plane.
    h.tocsin.carrier.fault({ kind: 'call', to: FAY, do: { status: 400, code: 21_211 } });
    const { ingestion } = h.tocsin.ports;
    const opened = async (count: number) =>
      h.until(async () => (await h.list()).length === count, { what: `incident ${count} to open` });
    await send(ingestion, SIEM, {
      ...{ dedup_key: 'stuffing', severity: 'critical', host: 'pay-api-3' },
      title: 'Credential stuffing against the payments API: 4,812 failed logins',
    });
    await opened(1);
    const phone = h.tocsin.carrier.phone(ADA.number);
    const rejects = await h.until(() => /\b([A-Z0-9]{4})1\b.*/.exec(textOf(phone, 'Credential'))?.[1], {
      what: 'Ada to be paged by SMS',
    });
    await h.until(() => phone.calls.some(({ status }) => status === 'ringing'), { what: 'Ada’s phone to ring' });
    await phone.reply(`${rejects}2`);
    await send(ingestion, SIEM, {
      ...{ dedup_key: 'admin', severity: 'high', user: 'svc-backup' },
      title: 'New admin account outside of the change window',
    });
    await opened(2);
    await send(ingestion, MONITORING, { dedup_key: 'db-17', severity: 'medium', title: 'db-17 unreachable' });
    await opened(3);
    await h.command({ commandId: 'a', incident: 'INC-3', byPersonId: 'finch', command: { case: 'accept', value: {} } });
    await seen.browser.leave();
  }, 120_000);

  test('now: what is open, who is on call, and whose nights were interrupted', async () => {
    const page = await ada(DESK);
    await page.getByRole('region', { name: 'Nobody has these' }).getByText('Credential stuffing').waitFor();
    await page.getByRole('region', { name: 'Somebody has these' }).getByText('Dee Okafor').waitFor();
    await page.getByRole('region', { name: 'On call' }).getByText('You are', { exact: true }).waitFor();
    const nights = page.getByRole('region', { name: 'Interrupted nights' });
    await nights.getByRole('link', { name: 'All 6 people' }).waitFor();
    const counts = (await nights.getByRole('listitem').allTextContents()).map((row) => Number(/\d+$/.exec(row)?.[0]));
    expect(counts).toHaveLength(5);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    expect(Math.min(...counts)).toBeGreaterThan(0);
    await shoot(page, 'now');
  });

  test.each([
    { name: 'incident', look: { ...DESK, height: 860 } },
    { name: 'incident-phone', look: { ...PHONE, colorScheme: 'dark' as const } },
  ])('an incident that is being escalated ($name)', async ({ name, look }) => {
    const page = await ada(look);
    await page.getByRole('link', { name: /Credential stuffing/ }).click();
    await page
      .getByRole('status')
      .filter({ hasText: /Nobody has it yet: .* are being paged, layer 2/ })
      .waitFor();
    const fay = page.getByRole('region', { name: 'Layer 2' }).getByRole('group', { name: 'Fay Lindqvist' });
    await fay
      .filter({ hasText: /Call\s*failed/ })
      .filter({ hasText: /SMS\s*delivered/ })
      .waitFor();
    const first = page.getByRole('region', { name: 'Layer 1' }).getByRole('group', { name: 'Ada Marsh' });
    await first
      .filter({ hasText: 'rejected' })
      .filter({ hasText: /Call\s*called off/ })
      .waitFor();
    await shoot(page, name);
  });

  test('a policy, with what it would do beside it', async () => {
    const page = await ada(DESK);
    await page.goto('/policies/security-response');
    const run = page.getByRole('region', { name: 'Dry run' });
    await run.getByText('Layer 2').first().waitFor();
    // What is written is tried while it is written.
    await page.getByRole('textbox', { name: 'Try for' }).first().fill('3 min');
    await run.getByText('+3:00 Layer 2').or(run.getByText('+3:00')).first().waitFor();
    await page.getByRole('textbox', { name: 'Try for' }).first().fill('2 min');
    await run.getByText('+2:00').first().waitFor();
    await shoot(page, 'policy');
  });

  test('KPIs over a month, with the month before', async () => {
    const page = await ada({ ...DESK, height: 960 });
    await page.goto('/kpis');
    await page.getByRole('button', { name: /^Incidents/ }).waitFor();
    await page
      .getByRole('img', { name: /^Time to acknowledge/ })
      .locator('svg path')
      .first()
      .waitFor();
    const rows = await page.getByRole('region', { name: 'Time to acknowledge in numbers' }).getByRole('row').count();
    expect(rows).toBeGreaterThan(20);
    await shoot(page, 'kpis');
  });
});

function textOf({ messages }: { messages: readonly { body: string }[] }, about: string): string {
  return messages.map(({ body }) => body).findLast((body) => body.includes(about)) ?? '';
}
