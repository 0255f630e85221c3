import { expect, test } from 'vitest';
import { isForeground } from '../../src/cli/signals.js';

test.each([
  ['twilio-understudy serve', '/app/node_modules/.bin/twilio-understudy', true],
  ['node dist/main.js serve > log 2>&1', '/app/dist/main.js', true],
  ['npm run build && understudy serve', '/app/node_modules/.bin/understudy', true],
  ['understudy serve & wait-on http://127.0.0.1:8080', '/app/node_modules/.bin/understudy', false],
  ['node start-mock.js', '/app/node_modules/.bin/understudy', false],
  [undefined, '/app/dist/main.js', false],
])('a server ends with the script `%s` of %s only if the script waits for it: %s', (script, program, expected) => {
  expect(isForeground(script, program)).toBe(expected);
});
