export { buildConsole } from './console.ts';
export { createTocsin, type ServiceName, serviceNames, type Tocsin, type TocsinOptions } from './tocsin.ts';
