import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

export interface ComposeService {
  image: string;
  command: string[];
  user?: string;
  read_only?: boolean;
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  profiles?: string[];
  build?: { context: string; dockerfile: string };
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
}

export interface ComposeFile {
  name: string;
  services: Record<string, ComposeService>;
  volumes: Record<string, object>;
  configs: Record<string, { file: string }>;
}

const file = new URL('../../deploy/compose/compose.yaml', import.meta.url);

/** The file as it is read: anchors are followed, variables are as they are written. */
export async function readCompose(): Promise<ComposeFile> {
  return parse(await readFile(file, 'utf8'), { merge: true }) as ComposeFile;
}

/** `${NAME:-default}` as Compose reads it where the variable is not set. */
export function byDefault(text: string): string {
  return text.replace(/\$\{\w+:-([^}]*)\}/g, '$1');
}
