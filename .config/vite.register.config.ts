import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const src = fileURLToPath(new URL('../src', import.meta.url));

/** The hook for Python programs, beside that for Node.js programs. */
function pythonHook(): Plugin {
  return {
    name: 'python-hook',
    generateBundle() {
      const fileName = 'python/sitecustomize.py';
      this.emitFile({ type: 'asset', fileName, source: readFileSync(`${src}/${fileName}`) });
    },
  };
}

/**
 * `register` runs inside other programs, by `--require` or `--import`. It is one CommonJS file, because an ES module makes
 * Node load the whole program with the loader for ES modules, which breaks hooks such as ts-node.
 */
export default defineConfig({
  root: src,
  plugins: [pythonHook()],
  build: {
    ssr: true,
    outDir: '../dist',
    emptyOutDir: false,
    target: 'node20.19',
    // So that people can read stack traces, and the code they lead to, without source maps.
    minify: false,
    rolldownOptions: {
      input: { register: `${src}/register.ts` },
      output: { format: 'cjs', entryFileNames: '[name].cjs' },
    },
  },
});
