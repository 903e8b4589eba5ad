import { expect, test } from '@jest/globals';
import { deviceName, needsHomeScreen } from './device-name.ts';

const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';

test.each([
  [
    'Chrome on Android',
    'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
  ],
  ['Firefox on Windows', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0'],
  [
    'Edge on macOS',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
  ],
  ['Safari on iPhone', IPHONE],
  ['Browser', 'something new'],
])('%s', (name, userAgent) => {
  expect(deviceName({ userAgent })).toBe(name);
});

test('what a browser says in so many words is believed first', () => {
  const userAgentData = { brands: [{ brand: 'Not=A?Brand' }, { brand: 'Google Chrome' }], platform: 'Android' };
  expect(deviceName({ userAgent: 'reduced', userAgentData })).toBe('Chrome on Android');
});

test('on an iPhone pages come only to the app on the home screen', () => {
  expect(needsHomeScreen({ userAgent: IPHONE }, false)).toBe(true);
  expect(needsHomeScreen({ userAgent: IPHONE }, true)).toBe(false);
  expect(needsHomeScreen({ userAgent: 'X11; Linux' }, false)).toBe(false);
});
