export { type Chromium, findChromium, NO_CHROMIUM } from './chromium/find-chromium.ts';
export { buildConsole } from './console.ts';
export { showPhones } from './phones.ts';
export { createTocsin, type ServiceName, serviceNames, type Tocsin, type TocsinOptions } from './tocsin.ts';
