import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Builds the command once, before the tests that run it: what is tested is what is there. */
export default function build(): void {
  try {
    execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', `${root}src`]);
  } catch (error) {
    // Type errors are for `npm run typecheck` to report; the code is written all the same.
    if (!existsSync(`${root}dist/main.js`)) throw error;
  }
}
