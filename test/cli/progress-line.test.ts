import { afterEach, expect, it, vi } from 'vitest';
import { createProgressLine } from '../../src/cli/progress-line.js';

afterEach(() => void vi.unstubAllEnvs());

function written(output: { readonly isTTY?: boolean; readonly columns?: number }): string {
  let text = '';
  const line = createProgressLine({
    ...output,
    write: (part: string | Uint8Array) => {
      text += String(part);
      return true;
    },
  });
  line.show('1,000 of 2,000 conversations');
  line.show('2,000 of 2,000 conversations');
  line.clear();
  return text;
}

it('progress on a terminal is one line that is overwritten, cut at its width, and removed at the end', () => {
  vi.stubEnv('CI', undefined);
  expect(written({ isTTY: true, columns: 15 })).toBe('\r\u001B[K1,000 of 2,000\r\u001B[K2,000 of 2,000\r\u001B[K');
});

it('there is no progress in a pipe or in CI', () => {
  vi.stubEnv('CI', undefined);
  expect(written({})).toBe('');
  vi.stubEnv('CI', 'true');
  expect(written({ isTTY: true })).toBe('');
});
