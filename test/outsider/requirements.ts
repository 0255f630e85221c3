/** What some recipes need besides Node.js and npm. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { whyNoBrowser } from '../browser/chromium.js';

const answers = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;

/** The first Python that has the packages. Distributions install them for their own Python alone. */
const python = ['python3', '/usr/bin/python3'].find((command) => answers(command, '-c', 'import pytest, twilio.rest'));

const checks: Readonly<Record<string, () => string | undefined>> = {
  chromium: whyNoBrowser,
  python: () =>
    python === undefined
      ? 'no python3 has the packages pytest and twilio (Debian: apt-get install python3-pytest python3-twilio)'
      : undefined,
  rsync: () => (answers('rsync', '--version') ? undefined : 'rsync is missing (Debian: apt-get install rsync)'),
};

/** The reason why a recipe cannot be followed on this machine, or `undefined` if it can. */
export function whyNot(need: string): string | undefined {
  const check = checks[need];
  if (check === undefined) throw new Error(`"${need}" is unknown; known are ${Object.keys(checks).join(', ')}`);
  return check();
}

/** A PATH on which `python3` is the one that has the packages. */
export function pathWithPython(base: string): string {
  const bin = join(base, 'bin');
  mkdirSync(bin);
  const path = process.env['PATH'] ?? '';
  if (python !== undefined)
    writeFileSync(join(bin, 'python3'), `#!/bin/sh\nPATH='${path}' exec ${python} "$@"\n`, { mode: 0o755 });
  return `${bin}:${path}`;
}
