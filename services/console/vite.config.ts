import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Less than this is one packet anyhow. */
const SMALL_BYTES = 1_024;

/** Scripts and styles once more, packed as small as they get: the gateway sends these, and nobody waits while it packs. */
function packed(): Plugin {
  return {
    name: 'packed',
    async writeBundle({ dir = '' }) {
      const assets = path.join(dir, 'assets');
      const names = (await readdir(assets)).filter((name) => /\.(js|css)$/.test(name));
      await Promise.all(
        names.map(async (name) => {
          const bytes = await readFile(path.join(assets, name));
          if (bytes.length < SMALL_BYTES) return;
          await writeFile(path.join(assets, `${name}.br`), await promisify(brotliCompress)(bytes));
          await writeFile(path.join(assets, `${name}.gz`), await promisify(gzip)(bytes, { level: 9 }));
        }),
      );
    },
  };
}

/** The console as static files, which the gateway serves. Names carry a hash of what is in them, so that they may be cached for ever. */
export default defineConfig({
  plugins: [react(), packed()],
  build: {
    outDir: '../../.tocsin/console/by-hand',
    emptyOutDir: true,
    target: 'es2023',
    rolldownOptions: {
      input: { index: 'index.html', sw: 'src/worker/service-worker.ts' },
      output: {
        // The worker's address is what a browser knows it by: it stays, and is looked at anew each time.
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
      },
    },
    sourcemap: false,
    reportCompressedSize: true,
  },
});
