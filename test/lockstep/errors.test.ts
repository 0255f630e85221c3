import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { understudyErrors } from '../../src/core/errors.js';

const page = readFileSync(new URL('../../src/core/README.md', import.meta.url), 'utf8');

describe('the errors of understudy', () => {
  it('are in the table of src/core/README.md with code and status: run npm run generate', () => {
    const rows = Array.from(
      page.matchAll(/^\| `(UNDERSTUDY_\w+)` +\| (\d+) +\| (\d+) +\|/gm),
      ([, name, code, status]) => `${name} ${code} ${status}`,
    );
    const listed = Object.entries(understudyErrors).map(([name, { code, status }]) => `${name} ${code} ${status}`);
    expect(rows.sort()).toEqual(listed.sort());
  });

  it('have different codes', () => {
    const codes = Object.values(understudyErrors).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });
});
