import { defineConfig, type Plugin } from 'vite';
import { compileCapability } from './capability/compiled.js';
import { packagedCapability, readText } from './capability/file.js';
import { loadCapability } from './capability/load.js';

/** What a person or a program enters by. All else becomes chunks beside these. */
const entries = ['main', 'index', 'register', 'contract-vitest', 'contract-mutation', 'capability/spec'];

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
        // With all that it needs, which would otherwise be a file each: several entries share it.
        codeSplitting: { groups: [{ name: 'config', test: /[\\/]src[\\/]config\.ts$/ }] },
      },
    },
  },
});

function compiledCapability(): Plugin {
  return {
    name: 'compiled-capability',
    generateBundle() {
      const compiled = compileCapability(loadCapability(), readText(packagedCapability));
      this.emitFile({ type: 'asset', fileName: 'capability.json', source: JSON.stringify(compiled) });
    },
  };
}
