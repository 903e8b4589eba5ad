import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { tocsinDir } from '@tocsin/local/engines';
import { until } from '@tocsin/platform';
import type { Outage } from '../chaos/rules.ts';
import { deleteEach } from './deaths.ts';
import { evictAll } from './evictions.ts';
import { type FarSystem, OBSERVED, openSystem } from './far-system.ts';
import { brokenFlows } from './flows.ts';
import { buildImages, type Images } from './images.ts';
import { createInstallation, RELEASE, SERVICES } from './installation.ts';
import { type Kubernetes, kubernetes } from './kubernetes.ts';
import { LATE_MS, type LoadReport, PEOPLE, underLoad } from './load.ts';
import { makeMistakes, mend, SAID } from './mistakes.ts';
import { confinement } from './probes.ts';
import { addedBy, closeAll, oneByOne } from './upgrade.ts';
import { openWayIn, type WayIn } from './way-in.ts';

const MINUTE = 60_000;
const cluster = await kubernetes();

if (cluster) onACluster(cluster);
else test.skip('on a cluster', () => {});

/** From here on a machine is busy with something else. */
const BUSY = 2;
const FROM_KUBERNETES = ['ConfigMap/kube-root-ca.crt', 'ServiceAccount/default'];
/** What the tests brought, and the pod of the last `helm test`, which Helm leaves for its log. */
const OURS = [
  ...['ConfigMap/people', 'NetworkPolicy/observer', 'Pod/observer', 'Pod/stranger', 'Pod/tocsin-drill'],
  ...['Secret/browsers', 'Secret/forgotten', 'Secret/ingestion-mongodb', 'Secret/roster-mongodb'],
];

/** Answers after which a sender does not try again. */
function finalRefusals({ refusals }: LoadReport): string[] {
  return Object.keys(refusals).filter((one) => /^\d/.test(one) && one !== '503' && one !== '429');
}

function onACluster(kube: Kubernetes): void {
  const { kubectl, list, loadImage, helm } = kube;
  const it = createInstallation(kube);
  const { inIt, namespace } = it;
  const outages: Outage[] = [];
  let images: Images;
  let way: WayIn;
  let system: FarSystem;
  /** The revision of the version before. */
  let before: number;
  const load = (name: string, overMs: number, during: () => Promise<Outage[]>, workflowCode?: string) =>
    underLoad({
      ...{ system, way, name, overMs, during, workflowCode },
      before: outages,
      url: `http://${RELEASE}-ingestion:8080/v1/in`,
    });

  /** Times are the product's own only where nothing else wants the processors. */
  async function isCalm(): Promise<boolean> {
    const slowness = await way.slowness();
    if (slowness < BUSY) return true;
    console.warn(
      `NOT JUDGED: how long it takes, since the cluster is busy: work takes ${slowness.toFixed(1)} times as long`,
    );
    return false;
  }

  describe('on a cluster', () => {
    beforeAll(async () => {
      images = await buildImages(path.join(tocsinDir, 'test', 'images'), namespace);
      await kube.up();
      for (const file of images.files) await loadImage(file);
      await it.prepare();
    }, 10 * MINUTE);

    afterAll(async () => {
      await system?.close();
      await way?.close();
      await kubectl('delete', 'namespace', namespace, '--wait=false').finally(() => kube.down());
    }, MINUTE);

    test('the image is below 350 MB', () => {
      expect(images.productMegabytes).toBeLessThan(350);
    });

    test(
      'comes up from nothing within a minute, two replicas of each, in a namespace that enforces the restricted level',
      async () => {
        way = await openWayIn(kube, { namespace, image: it.image('tocsin'), into: OBSERVED });
        const calm = await isCalm();
        const ms = await it.install();
        console.log(`installed and ready after ${(ms / 1000).toFixed(1)} s`);
        await it.ready();
        system = await openSystem(way, RELEASE, PEOPLE);
        if (calm) expect(ms).toBeLessThan(MINUTE);
      },
      9 * MINUTE,
    );

    test(
      'helm test pages the simulated phone, and accepts on it',
      async () => {
        const said = await it.drill();
        expect(said).toMatch(/somebody was paged after \d+ ms/);
        expect(said).toMatch(/it was accepted after \d+ ms/);
        expect(said).toContain('the drill passed');
      },
      4 * MINUTE,
    );

    test(
      'no process has a capability, another user, or a root that it can write to',
      async () => {
        for (const name of SERVICES)
          expect([name, await confinement(kube, it, name)]).toEqual([
            name,
            {
              ...{ uid: 10001, root: 'EROFS', app: 'EROFS', tmp: 'written' },
              ...{ capabilities: 0, noNewPrivileges: '1', seccomp: '2' },
            },
          ]);
      },
      2 * MINUTE,
    );

    test(
      'what must pass passes, and nothing else does: to engines, between services, to private networks',
      async () => expect(await brokenFlows(kube, it)).toEqual([]),
      3 * MINUTE,
    );

    test(
      'all services are killed under load, each in turn and all at once: no alert is lost, no page goes out after the answer',
      async () => {
        const report = await load('death', 90_000, () => deleteEach(kube, it));
        outages.push(...report.outages);
        expect(report.broken).toEqual([]);
        expect(finalRefusals(report)).toEqual([]);
      },
      9 * MINUTE,
    );

    test(
      'an upgrade to a version with a new field, subject, index and workflow step, one service after another, makes no page late',
      async () => {
        const calm = await isCalm();
        before = await it.revision();
        // The simulator, which is of the product's image, stands for the world outside, and stays as it is.
        await kubectl(...inIt, 'rollout', 'pause', `deployment/${RELEASE}-simulator`);
        const next = { image: { ...it.productImage, tag: `${namespace}-next` } };
        const report = await load(
          'upgrade',
          120_000,
          () => oneByOne(kube, it, () => it.upgrade(next)),
          images.nextWorkflows,
        );
        expect(report.broken).toEqual([]);
        expect(finalRefusals(report)).toEqual([]);
        const added = await addedBy(system);
        console.log(`added: ${JSON.stringify(added)}`);
        expect(added).toEqual({ index: true, incidents: expect.any(Number), lives: expect.any(Number) });
        expect(Math.min(added.incidents, added.lives)).toBeGreaterThan(0);
        if (calm) expect(report.pages.filter((one) => one.lateMs > LATE_MS)).toEqual([]);
      },
      9 * MINUTE,
    );

    test(
      'a rollback, one service after another, makes no page late, and what is open goes on to its end',
      async () => {
        const calm = await isCalm();
        const report = await load(
          'rollback',
          120_000,
          () => oneByOne(kube, it, () => it.rollback(before)),
          images.nextWorkflows,
        );
        expect(report.broken).toEqual([]);
        expect(finalRefusals(report)).toEqual([]);
        if (calm) expect(report.pages.filter((one) => one.lateMs > LATE_MS)).toEqual([]);
        console.log(`${await closeAll(system)} incidents that were open are closed`);
        await kubectl(...inIt, 'rollout', 'resume', `deployment/${RELEASE}-simulator`);
      },
      9 * MINUTE,
    );

    test(
      'a drain takes one replica of each service, and the other once there are two again',
      async () => {
        const said = await evictAll(kube, it);
        for (const name of SERVICES) expect([name, said[name]]).toEqual([name, ['evicted', 'held back by the budget']]);
        expect(await it.drill()).toContain('the drill passed');
        await it.ready();
      },
      5 * MINUTE,
    );

    test(
      'a wrong credential, an address that leads nowhere and a missing secret are said in a line, the old pods serve on, and what is mended starts',
      async () => {
        const before = await it.revision();
        await makeMistakes(kube, it);
        for (const [name, words] of Object.entries(SAID))
          expect((await it.says(name, words)).trim().split('\n').at(-1)).toMatch(words);
        expect(await it.drill()).toContain('the drill passed');
        const mendedAt = Date.now();
        await mend(kube, it);
        await it.ready();
        console.log(`mended and ready after ${((Date.now() - mendedAt) / 1000).toFixed(1)} s`);
        await it.rollback(before);
        await it.ready();
        expect(await it.drill()).toContain('the drill passed');
      },
      9 * MINUTE,
    );

    test(
      'an upgrade that changes nothing changes nothing, and an uninstall leaves what is not of the release',
      async () => {
        const uids = async () =>
          (await list('pods,jobs,secrets', ...inIt))
            .filter(({ metadata }) => !metadata.deletionTimestamp)
            .map(({ metadata }) => metadata.uid);
        const before = await uids();
        await it.upgrade({}, '--wait', '--timeout', '5m');
        const after = await uids();
        // The release's own record is one more.
        expect(before.filter((one) => !after.includes(one))).toEqual([]);
        await system.close();
        await way.close();
        await helm('uninstall', RELEASE, ...inIt, '--wait');
        const kinds =
          'pods,deployments,replicasets,services,jobs,secrets,configmaps,serviceaccounts,networkpolicies,poddisruptionbudgets,persistentvolumeclaims';
        const names = async () =>
          (await list(kinds, ...inIt))
            .map(({ kind, metadata }) => `${kind}/${metadata.name}`)
            .filter((one) => !FROM_KUBERNETES.includes(one))
            .sort();
        await until(async () => (await names()).length === OURS.length, {
          ...{ timeoutMs: 2 * MINUTE, everyMs: 500, what: 'what is of the release to be gone' },
        }).catch(() => undefined);
        expect(await names()).toEqual(OURS);
      },
      8 * MINUTE,
    );
  });
}
