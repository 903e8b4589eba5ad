import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The console as static files, which the gateway serves. Names carry a hash of what is in them, so that they may be cached for ever. */
export default defineConfig({
  plugins: [react()],
  build: {
    outDir: '../../.tocsin/console',
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
