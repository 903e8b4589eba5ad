export { createTocsin, type ServiceName, serviceNames, type Tocsin, type TocsinOptions } from './tocsin.ts';
