import { expect, test } from '@jest/globals';
import { parseChatAddress } from '../src/index.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

test.each([
  ['slack:acme/U012AB3CD', { kind: 'slack', workspace: 'acme', user: 'U012AB3CD', channel: null }],
  ['slack:acme/U012AB3CD@C024BE91L', { kind: 'slack', workspace: 'acme', user: 'U012AB3CD', channel: 'C024BE91L' }],
  [
    `webhook:https://hooks.example.com/tocsin?team=1#${SECRET}`,
    { kind: 'webhook', url: 'https://hooks.example.com/tocsin?team=1', secret: SECRET },
  ],
  [
    'mattermost:https://chat.example.com/hooks/abc#@ada',
    { kind: 'mattermost', url: 'https://chat.example.com/hooks/abc', user: 'ada', channel: null },
  ],
  [
    'mattermost:https://chat.example.com/hooks/abc#@ada~sec-ops',
    { kind: 'mattermost', url: 'https://chat.example.com/hooks/abc', user: 'ada', channel: 'sec-ops' },
  ],
  ['teams:https://flows.example.com/invoke?sig=x', { kind: 'teams', url: 'https://flows.example.com/invoke?sig=x' }],
])('%s is read', (text, address) => {
  expect(parseChatAddress(text)).toEqual(address);
});

test.each([
  '+12125550123',
  'slack:acme',
  'slack:acme/ada',
  'slack:acme/U012AB3CD@general',
  'webhook:https://hooks.example.com/',
  'webhook:https://hooks.example.com/#whsec_short',
  `webhook:ftp://hooks.example.com/#${SECRET}`,
  `webhook:https://ada:pass@hooks.example.com/#${SECRET}`,
  `webhook:file:///etc/passwd#${SECRET}`,
  'mattermost:https://chat.example.com/hooks/abc',
  'mattermost:https://chat.example.com/hooks/abc#ada',
  'teams:https://flows.example.com/#x',
  `webhook:https://hooks.example.com/${'a'.repeat(3_000)}#${SECRET}`,
])('%s is refused in words that do not repeat it', (text) => {
  const problem = parseChatAddress(text);
  expect(problem).toEqual(expect.stringMatching(/^must /));
  expect(problem).not.toContain('example.com');
});
