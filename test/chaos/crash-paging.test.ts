import { crashMatrix } from './crash-matrix.ts';
import { PAGING_CASES } from './points.ts';

crashMatrix('paging', 'A service killed at each durable step: what brings pages out', PAGING_CASES);
