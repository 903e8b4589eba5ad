import { generic } from './generic.ts';
import type { Source } from './source.ts';

const list: Source[] = [generic];

export const sources: ReadonlyMap<string, Source> = new Map(list.map((source) => [source.id, source]));
