import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** WCAG 2.2 at level AA, with all that it takes over from those before it. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/**
 * What axe finds against a page as it stands, a line a finding: the rule, the element, what is wrong. `rules` names those to look at
 * where not all of them can have come out differently from the last time.
 */
export async function violations(page: Page, rules?: string[]): Promise<string[]> {
  // What moves is looked at once it stands; what begins to move does so with the next frame.
  await page.evaluate(`new Promise(requestAnimationFrame).then(() => new Promise(requestAnimationFrame))
    .then(() => Promise.allSettled(document.getAnimations().map((one) => one.finished)))`);
  if (!(await page.evaluate<boolean>('"axe" in globalThis'))) await page.evaluate(axe.source);
  const wanted = rules ? { type: 'rule', values: rules } : { type: 'tag', values: TAGS };
  const options = JSON.stringify({ runOnly: wanted, resultTypes: ['violations'] });
  const found = await page.evaluate<AxeResults>(`axe.run(document, ${options})`);
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${help}) at ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
}
