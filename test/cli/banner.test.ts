import { stripVTControlCharacters } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { startUnderstudy } from '../../src/app/start-understudy.js';
import { loadCapability } from '../../src/capability/load.js';
import { formatBanner } from '../../src/cli/banner.js';
import { styleFor } from '../../src/cli/style.js';
import { setEnvironment } from './environment.js';

const capability = loadCapability();
const terminal = { isTTY: true, hasColors: () => true };

async function start() {
  const understudy = await startUnderstudy({ restPort: 0, mcpPort: 0, logLevel: 'silent' }, { capability });
  onTestFinished(understudy.close);
  return understudy;
}

test('the banner begins with the inspector and says how long the start took', async () => {
  const understudy = await start();
  const plain = formatBanner(understudy, { style: (_, text) => text, readyAfter: 312.4 });
  const [title = '', , first = ''] = plain.split('\n');
  expect(title).toMatch(/^understudy \d.*, ready in 312 ms$/);
  expect(first).toBe(`  inspector  ${understudy.restUrl}/__understudy/  (conversations and requests, in a browser)`);
  expect(plain).toContain(`npx twilio-understudy exec --url ${understudy.restUrl} -- node app.js`);
});

test('colours change nothing but the looks, and a narrow terminal gets no hints', async () => {
  const understudy = await start();
  const plain = formatBanner(understudy, { style: (_, text) => text, readyAfter: 2500 });
  setEnvironment({ NO_COLOR: undefined, FORCE_COLOR: undefined });
  const coloured = formatBanner(understudy, { style: styleFor(terminal), readyAfter: 2500 });
  expect(coloured).toContain('\u001B[');
  expect(stripVTControlCharacters(coloured)).toBe(plain);
  const narrow = formatBanner(understudy, { style: (_, text) => text, readyAfter: 2500, columns: 60 });
  expect(narrow).toContain('/__understudy/');
  expect(narrow).not.toContain('in a browser');
});

test.each([
  ['a terminal', terminal, {}, true],
  ['a pipe', {}, {}, false],
  ['a terminal without colours', { isTTY: true, hasColors: () => false }, {}, false],
  ['NO_COLOR', terminal, { NO_COLOR: '1' }, false],
  ['FORCE_COLOR in a pipe', {}, { FORCE_COLOR: '1' }, true],
  ['FORCE_COLOR before NO_COLOR', {}, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
  ['FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, false],
])('%s: colours are decided as usual', (_, output, variables, isColored) => {
  setEnvironment({ NO_COLOR: undefined, FORCE_COLOR: undefined, ...variables });
  expect(styleFor(output)('bold', 'x') !== 'x').toBe(isColored);
});
