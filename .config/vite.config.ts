import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { compileCapability } from '../src/capability/compiled.js';
import { readBytes } from '../src/capability/file.js';
import { loadCapability } from '../src/capability/load.js';

const src = fileURLToPath(new URL('../src', import.meta.url));

/** The entry points. All other code becomes chunks beside these. */
const entries = {
  main: `${src}/main.ts`,
  index: `${src}/index.ts`,
  vitest: `${src}/vitest.ts`,
  'contract-mutation': `${src}/cli/contract/mutation.ts`,
  spec: `${src}/capability/spec/spec.ts`,
};

/** Matches a module by its path below `src`, without its extension. */
const within = (path: string) => new RegExp(`/src/(?:${path})\\.ts$`.replaceAll('/', String.raw`[\\/]`));

/** Node loads a few files faster than two hundred. Dependencies stay external, so users can audit and update them. */
export default defineConfig({
  root: src,
  plugins: [compiledCapability(), commonJsEntry()],
  ssr: { external: true },
  build: {
    ssr: true,
    outDir: '../dist',
    emptyOutDir: true,
    target: 'node20.19',
    // So that people can read stack traces, and the code they lead to, without source maps.
    minify: false,
    rolldownOptions: {
      input: entries,
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: '[name].js',
        codeSplitting: {
          // Each group includes its dependencies.
          groups: [
            {
              name: 'common',
              test: within(
                'cli/(command-line|contract/commands|pid-file|progress-line|running-understudy|style)|app/settings|backends/live/limits|backends/simulator/webhooks/targets|core/(operation|body|maybe-promise)|util/(lazy|did-you-mean|loopback)|surfaces/http/api-keys|capability/file|surfaces/control/paths',
              ),
              priority: 1,
            },
            {
              name: 'understudy',
              test: within('app/start-understudy'),
            },
          ],
        },
      },
    },
  },
});

/** The package for `require` is written by hand. It loads the bundle of `index.ts`. */
function commonJsEntry(): Plugin {
  return {
    name: 'commonjs-entry',
    generateBundle() {
      for (const fileName of ['index.cjs', 'index.d.cts'])
        this.emitFile({ type: 'asset', fileName, source: readFileSync(`${src}/${fileName}`) });
    },
  };
}

function compiledCapability(): Plugin {
  return {
    name: 'compiled-capability',
    generateBundle() {
      const compiled = compileCapability(loadCapability(), readBytes);
      this.emitFile({ type: 'asset', fileName: 'capability.json', source: JSON.stringify(compiled) });
    },
  };
}
