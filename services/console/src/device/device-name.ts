interface UserAgent {
  userAgent: string;
  /** Where a browser says it in so many words (https://wicg.github.io/ua-client-hints/). */
  userAgentData?: { brands: { brand: string }[]; platform: string };
}

const BROWSERS: [RegExp, string][] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/(Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];
const SYSTEMS: [RegExp, string][] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
];
const BRANDS: Record<string, string> = {
  'Google Chrome': 'Chrome',
  'Microsoft Edge': 'Edge',
  Opera: 'Opera',
  Brave: 'Brave',
};

/** What people call the device in their hand: "Chrome on Android". */
export function deviceName({ userAgent, userAgentData }: UserAgent): string {
  const brand = userAgentData?.brands.map((one) => BRANDS[one.brand]).find((one) => one !== undefined);
  const browser = brand ?? named(BROWSERS, userAgent) ?? 'Browser';
  const system = userAgentData?.platform || named(SYSTEMS, userAgent);
  return system ? `${browser} on ${system}` : browser;
}

/** Where web push is only for apps of the home screen (iOS and iPadOS, 16.4 and newer). */
export function needsHomeScreen({ userAgent }: UserAgent, isStandalone: boolean): boolean {
  return /iPhone|iPad/.test(userAgent) && !isStandalone;
}

function named(names: [RegExp, string][], text: string): string | undefined {
  return names.find(([pattern]) => pattern.test(text))?.[1];
}
