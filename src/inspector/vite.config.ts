import { defineConfig } from 'vite';

/** Builds the page into `dist/inspector`, from where the server serves it. All URLs are relative to the page. */
export default defineConfig({
  base: './',
  // Set explicitly so that NODE_ENV cannot turn a build into a development build.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
  build: {
    outDir: '../../dist/inspector',
    emptyOutDir: true,
    assetsDir: 'inspector',
    target: 'es2022',
    assetsInlineLimit: 0,
  },
});
