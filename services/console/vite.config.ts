import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The console as static files, which the gateway serves. Names carry a hash of what is in them, so that they may be cached for ever. */
export default defineConfig({
  plugins: [react()],
  build: {
    outDir: '../../.tocsin/console',
    emptyOutDir: true,
    target: 'es2023',
    sourcemap: false,
    reportCompressedSize: true,
  },
});
