import { defineConfig } from 'vite';

/** The dashboard: a few files that the server keeps in memory. */
export default defineConfig({
  root: 'src/dashboard',
  build: {
    outDir: '../../dist/dashboard',
    emptyOutDir: true,
    target: 'es2022',
    // The policy of the server allows no inline script.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});
