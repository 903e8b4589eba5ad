import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface ImageSpec {
  name: string;
  /** Folders that become the root, a layer each. */
  roots: string[];
  entrypoint: string[];
  env?: string[];
}

/** Writes an image as `docker save` does, which every container runtime can load, without one. */
export async function writeImage({ name, roots, entrypoint, env = [] }: ImageSpec, file: string): Promise<void> {
  const work = await mkdtemp(path.join(tmpdir(), 'tocsin-image-'));
  try {
    const layers: { file: string; digest: string }[] = [];
    for (const [index, root] of roots.entries()) {
      const layer = `layer${index}.tar`;
      await run('tar', [
        '--numeric-owner',
        '--owner=0',
        '--group=0',
        '--sort=name',
        '--mtime=@0',
        '-C',
        root,
        '-cf',
        path.join(work, layer),
        '.',
      ]);
      layers.push({ file: layer, digest: await sha256(path.join(work, layer)) });
    }
    const config = {
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: { User: '10001:10001', Entrypoint: entrypoint, Env: env, WorkingDir: '/' },
      rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => `sha256:${digest}`) },
    };
    const manifest = [{ Config: 'config.json', RepoTags: [name], Layers: layers.map((one) => one.file) }];
    await writeFile(path.join(work, 'config.json'), JSON.stringify(config));
    await writeFile(path.join(work, 'manifest.json'), JSON.stringify(manifest));
    await run('tar', ['-C', work, '-cf', file, 'manifest.json', 'config.json', ...layers.map((one) => one.file)]);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Makes a root of these programs, each at its place in it, with the shared libraries that they name. */
export async function rootOf(
  folder: string,
  programs: Record<string, string>,
  alsoLinked: string[] = [],
): Promise<void> {
  for (const [place, from] of Object.entries(programs)) await put(folder, place, from);
  for (const binary of [...Object.values(programs), ...alsoLinked])
    for (const library of await librariesOf(binary)) await put(folder, library, library);
  await mkdir(path.join(folder, 'tmp'), { recursive: true });
  await put(folder, 'etc/ssl/certs/ca-certificates.crt', '/etc/ssl/certs/ca-certificates.crt').catch(() => undefined);
}

async function put(folder: string, place: string, from: string): Promise<void> {
  const target = path.join(folder, place);
  await mkdir(path.dirname(target), { recursive: true });
  await cp(from, target, { dereference: true });
}

/** None of a program that is linked statically. */
async function librariesOf(binary: string): Promise<string[]> {
  const { stdout } = await run('ldd', [binary]).catch(() => ({ stdout: '' }));
  return [...stdout.matchAll(/(?:=> |^\s*)(\/\S+)/gm)].map(([, file]) => file!);
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}
