import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { findChromium, NO_CHROMIUM } from '@tocsin/local';
import { until } from '@tocsin/platform';
import type { Page } from 'playwright-core';
import { SIEM, send } from '../../browser/example.ts';
import { isHome } from '../../browser/users.ts';
import { MOST_SCRIPT_BYTES, packedScripts } from '../../browser/weight.ts';
import { type Benchmark, type Finding, mustBe, type Row } from '../benchmark.ts';
import { percentile, type Spread, spreadOf } from '../report/percentiles.ts';
import { digits, ms } from '../report/wording.ts';
import { followFeed } from '../screen/feed.ts';
import { firstPaint, untilPainted, type Visit, withVisit } from '../screen/visits.ts';

const MOST_PAINT_MS = 1_000;
const MOST_P95_MS = 300;
const WARM_UP = 3;

/** What whoever looks at the console waits for, in Chromium on the same machine. */
export const screen: Benchmark = {
  name: 'console',
  async run({ quick, say }): Promise<Finding> {
    const chromium = await findChromium();
    if (chromium === undefined) return { rows: [{ measure: 'console', result: `not measured: ${NO_CHROMIUM}` }] };
    return withVisit(chromium, async (visit) => {
      const times = quick ? 5 : 50;
      const paints = await paintsOf(visit, quick ? 2 : 10);
      say(`first paint after ${ms(percentile(paints.console, 0.5))}`);
      const told = await factToScreen(visit, times);
      const taken = await acceptToScreen(visit, times);
      mustBe('complaints of the pages', visit.browser.complaints([/^401: GET .*\/me$/]).join('\n'), '');
      const shown = spreadOf(told.map((one) => one.shownMs));
      const feed = spreadOf(told.map((one) => one.toldMs));
      const owner = spreadOf(taken.map((one) => one.shownMs));
      const asked = spreadOf(taken.map((one) => one.askedMs));
      return {
        rows: [
          weightRow(paints.scriptBytes),
          paintRow(paints.floor, 'floor, first contentful paint of a page with one word, cold cache'),
          paintRow(paints.console, 'console: first contentful paint with the example, cold cache', MOST_PAINT_MS),
          { measure: 'floor, POST of an alert → told by the live feed, p50 / p95', result: halves(feed) },
          factRow('console: POST of an alert → painted among the open incidents, p50 / p95', shown),
          factRow(
            'console: accepted elsewhere, by the log → its owner painted on the incident’s screen, p50 / p95',
            owner,
          ),
          { measure: 'console: the same from the request on, with its decision, p50 / p95', result: halves(asked) },
        ],
        figures: {
          painted: shown.p50,
          fed: feed.p50,
          consolePaint: percentile(paints.console, 0.5),
          barePaint: percentile(paints.floor, 0.5),
        },
        samples: { paints, told, taken },
      };
    });
  },
};

function weightRow(bytes: number): Row {
  return {
    measure: 'console: script of the first screen, with gzip',
    result: `${digits(bytes / 1_000)} kB`,
    expected: { what: `< ${digits(MOST_SCRIPT_BYTES / 1_000)} kB`, met: bytes < MOST_SCRIPT_BYTES },
  };
}

function paintRow(paints: number[], measure: string, mostMs?: number): Row {
  const { p50, max, n } = spreadOf(paints);
  return {
    measure: `${measure}, p50 / slowest`,
    result: `${digits(p50)} / ${digits(max)} ms (n = ${n})`,
    ...(mostMs === undefined ? {} : { expected: { what: `p50 ≤ ${ms(mostMs)}`, met: p50 <= mostMs } }),
  };
}

function factRow(measure: string, spread: Spread): Row {
  const expected = { what: `p95 ≤ ${ms(MOST_P95_MS)}`, met: spread.p95 <= MOST_P95_MS };
  return { measure, result: halves(spread), expected };
}

function halves({ p50, p95, n }: Spread): string {
  return `${digits(p50)} / ${digits(p95)} ms (n = ${n})`;
}

/** A browser that has seen neither page, again and again. */
async function paintsOf(visit: Visit, times: number) {
  const bare = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<p>Tocsin</p>'));
  await new Promise<void>((listening) => bare.listen(0, '127.0.0.1', listening));
  const bareUrl = `http://127.0.0.1:${(bare.address() as AddressInfo).port}`;
  const paints = { floor: [] as number[], console: [] as number[], scriptBytes: 0 };
  try {
    for (let time = 0; time < times; time += 1) {
      const floor = await firstPaint(visit, bareUrl);
      paints.floor.push(floor.paintedMs);
      await floor.page.context().close();
      const { paintedMs, page } = await firstPaint(visit, visit.url);
      paints.console.push(paintedMs);
      await isHome(page);
      const scripts = await packedScripts(page);
      paints.scriptBytes = [...scripts.values()].reduce((all, one) => all + one, 0);
      await page.context().close();
    }
  } finally {
    bare.close();
  }
  return paints;
}

/** Alerts, one after the other: when the feed tells of each, and when it is seen. */
async function factToScreen(visit: Visit, times: number): Promise<{ toldMs: number; shownMs: number }[]> {
  const feed = await followFeed(visit);
  const all: { toldMs: number; shownMs: number }[] = [];
  try {
    await visit.page.goto('/');
    await live(visit.page);
    for (let time = -WARM_UP; time < times; time += 1) {
      const title = `Alert ${time + WARM_UP + 1} appears`;
      const told = feed.next();
      const { from, paintedAt } = await untilPainted(visit.page, title, () => alert(visit, title));
      const toldMs = (await told) - from;
      if (time >= 0) all.push({ toldMs, shownMs: paintedAt - from });
      await command(visit, await numberOf(visit, title), 'resolve');
    }
  } finally {
    feed.close();
  }
  return all;
}

/** Accepts by somebody else, one after the other, while one looks at the incident. */
async function acceptToScreen(visit: Visit, times: number): Promise<{ askedMs: number; shownMs: number }[]> {
  const all: { askedMs: number; shownMs: number }[] = [];
  for (let time = -WARM_UP; time < times; time += 1) {
    const title = `Alert ${time + WARM_UP + 1} is taken`;
    await alert(visit, title);
    await visit.page.getByRole('link', { name: title }).click();
    await visit.page.getByText('Nobody has it yet').waitFor();
    const number = await numberOf(visit, title);
    const accept = () => command(visit, number, 'accept');
    const { from, paintedAt } = await untilPainted(visit.page, 'Dee Okafor has it', accept);
    const { log } = await visit.h.incident(number);
    const acceptedAt = log.find(({ kind }) => kind === 'accepted')?.at ?? Number.NaN;
    if (time >= 0) all.push({ askedMs: paintedAt - from, shownMs: paintedAt - acceptedAt });
    await command(visit, number, 'resolve');
    await visit.page.getByRole('link', { name: 'Now' }).click();
  }
  return all;
}

async function live(page: Page): Promise<void> {
  await page
    .getByRole('status')
    .filter({ hasText: /^Live$/ })
    .waitFor();
}

function alert({ h }: Visit, title: string): Promise<void> {
  return send(h.tocsin.ports.ingestion, SIEM, { dedup_key: title, severity: 'critical', title });
}

function numberOf({ h }: Visit, title: string): Promise<string> {
  const found = async () => (await h.list()).find((one) => one.title === title)?.number;
  return until(found, { timeoutMs: 30_000, what: `the incident "${title}"` });
}

/** As somebody else does it, who needs no browser. */
async function command({ h }: Visit, incident: string, what: 'accept' | 'resolve'): Promise<void> {
  await h.command({
    commandId: `${incident} ${what}`,
    incident,
    byPersonId: 'finch',
    command: what === 'accept' ? { case: 'accept', value: {} } : { case: 'resolve', value: {} },
  });
}
