import { defineConfig, type Plugin } from 'vite';
import { compileCapability } from './capability/compiled.js';
import { packagedCapability, readBytes } from './capability/file.js';
import { loadCapability } from './capability/load.js';

/** What a person or a program enters by. All else becomes chunks beside these. */
const entries = ['main', 'index', 'register', 'contract-vitest', 'contract-mutation', 'capability/spec'];

/** Matches a module by its path in this folder, without its ending. */
const within = (path: string) => new RegExp(`/src/(?:${path})\\.ts$`.replaceAll('/', String.raw`[\\/]`));

/** Node loads a few files faster than two hundred. Dependencies stay outside: they are the user's to see and to update. */
export default defineConfig({
  plugins: [compiledCapability()],
  ssr: { external: true },
  build: {
    ssr: true,
    outDir: '../dist',
    emptyOutDir: true,
    target: 'node20.19',
    rolldownOptions: {
      input: entries.map((entry) => `${import.meta.dirname}/${entry}.ts`),
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: '[name].js',
        codeSplitting: {
          // Each with all that it needs. What `register` needs stays apart: it is loaded into other programs.
          groups: [
            { name: 'twilio-hosts', test: within('twilio-hosts'), priority: 2 },
            {
              name: 'common',
              test: within('config|operation|once|capability/(closest|file)|surfaces/control-paths'),
              priority: 1,
            },
            { name: 'understudy', test: within('understudy') },
          ],
        },
      },
    },
  },
});

function compiledCapability(): Plugin {
  return {
    name: 'compiled-capability',
    generateBundle() {
      const compiled = compileCapability(loadCapability(), readBytes(packagedCapability));
      this.emitFile({ type: 'asset', fileName: 'capability.json', source: JSON.stringify(compiled) });
    },
  };
}
