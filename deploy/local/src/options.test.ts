import { expect, test } from '@jest/globals';
import { parseOptions, usage } from './options.ts';

test('without options the known ports and the kept data are used', () => {
  const options = parseOptions([]);
  expect(options).toMatchObject({ once: false, reset: false, ports: { ingestion: 8080, temporalUi: 8233 } });
  expect(options.dataDir).toMatch(/\.tocsin\/data$/);
});

test('a single drill takes free ports and a folder of its own, so that it can run beside a started Tocsin', () => {
  const options = parseOptions(['--once', '--port-ingestion', '9000']);
  expect(options.ports).toMatchObject({ ingestion: 9000, nats: 0, carrier: 0 });
  expect(options.dataDir).not.toMatch(/\.tocsin\/data$/);
});

test.each([
  [['--port-nats', 'x'], '--port-nats must be a port'],
  [['--port-nats', '70000'], '--port-nats must be a port'],
  [['--prot-nats', '1'], "Unknown option '--prot-nats'"],
  [['--data'], "'--data <value>' argument missing"],
])('%j is refused by a sentence that names the option', (args, sentence) => {
  expect(() => parseOptions(args)).toThrow(sentence);
});

test('the help lists every port option', () => {
  for (const name of [
    'ingestion',
    'carrier',
    'sms',
    'voice',
    'gateway',
    'analytics',
    'nats',
    'mongo',
    'temporal',
    'temporal-ui',
  ]) {
    expect(usage).toContain(`--port-${name} `);
  }
});
