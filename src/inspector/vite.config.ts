import { defineConfig } from 'vite';

/** The page is built into the package beside the server that serves it. Relative addresses: the server knows its place. */
export default defineConfig({
  base: './',
  // Whatever the environment says: what is built is what ships.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
  build: {
    outDir: '../../dist/inspector',
    emptyOutDir: true,
    assetsDir: 'inspector',
    target: 'es2022',
    assetsInlineLimit: 0,
  },
});
