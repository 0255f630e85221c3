import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { defaultSettings, type Settings } from '../../src/app/settings.js';
import { startWatched } from '../../src/cli/watch.js';
import { loadCapability } from '../../src/capability/load.js';
import { basic } from '../helpers/understudy.js';

const seedWith = (name: string) => `understudy-seed: 1\nservices:\n  - FriendlyName: ${name}\n    default: true\n`;

/** A server that watches, its folder, and the next line that it reports. */
async function start(settingsOf: (folder: string) => Partial<Settings>) {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-watch-'));
  const lines: string[] = [];
  let wake: (() => void) | undefined;
  const report = (line: string): void => {
    lines.push(line);
    wake?.();
  };
  const settings: Settings = {
    ...defaultSettings,
    restPort: 0,
    mcpPort: 0,
    logLevel: 'silent',
    checkAnswers: false,
    ...settingsOf(folder),
  };
  const watched = await startWatched(settings, {
    report,
    fail: (error) => report(`failed: ${String(error)}`),
    interval: 20,
  });
  onTestFinished(async () => {
    watched.unwatch();
    await watched.current().close();
  });
  const url = watched.current().restUrl;
  /** Each request has a connection of its own: those of the last server are closed. */
  const send = (path: string, options: Parameters<typeof request>[1] = {}) =>
    request(url + path, { headers: basic(), reset: true, ...options });
  async function reported(): Promise<string> {
    while (lines.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return lines.shift() ?? '';
  }
  async function services(): Promise<string[]> {
    const { body } = await send('/v1/Services');
    const { services: list } = (await body.json()) as { services: { friendly_name: string }[] };
    return list.map(({ friendly_name }) => friendly_name);
  }
  const create = (name: string) =>
    send('/v1/Services', {
      method: 'POST',
      headers: { ...basic(), 'content-type': 'application/x-www-form-urlencoded' },
      body: `FriendlyName=${name}`,
    });
  return { folder, watched, send, reported, services, create };
}

test('a changed seed starts the worlds again at the same address; a wrong one is reported, and nothing changes', async () => {
  const { folder, reported, services, create } = await start((dir) => {
    writeFileSync(join(dir, 'desk.yaml'), seedWith('One'));
    return { seed: join(dir, 'desk.yaml') };
  });
  const file = join(folder, 'desk.yaml');
  await create('Mine');
  expect(await services()).toEqual(['One', 'Mine']);

  writeFileSync(file, seedWith('Two').replace('FriendlyName', 'FriendlyNmae'));
  expect(await reported()).toMatch(/desk\.yaml:3: .*FriendlyNmae.*\(the server continues unchanged\)$/);
  expect(await services()).toEqual(['One', 'Mine']);

  writeFileSync(file, seedWith('Three'));
  expect(await reported()).toBe('read desk.yaml again: the worlds start from it');
  expect(await services()).toEqual(['Three']);
});

test('the ports of the proxy and for HTTPS stay the same, too', async () => {
  const { folder, watched, reported } = await start((dir) => {
    writeFileSync(join(dir, 'desk.yaml'), seedWith('One'));
    return { seed: join(dir, 'desk.yaml'), proxyPort: 0, tlsPort: 0, stateFolder: join(dir, 'state') };
  });
  const { proxyUrl, tlsUrl } = watched.current();
  writeFileSync(join(folder, 'desk.yaml'), seedWith('Two'));
  expect(await reported()).toBe('read desk.yaml again: the worlds start from it');
  expect(watched.current()).toMatchObject({ proxyUrl, tlsUrl });
});

test('a changed capability file is served, and the worlds are kept', async () => {
  const [{ file: packaged }] = loadCapability().files;
  const text = readFileSync(packaged, 'utf8');
  const { folder, send, reported, services, create } = await start((dir) => {
    writeFileSync(join(dir, 'capability.yaml'), text);
    return { capabilityFiles: [join(dir, 'capability.yaml')] };
  });
  const description = async () => (await (await send('/openapi.json')).body.text()).includes('A changed description');
  await create('Mine');
  expect(await description()).toBe(false);

  const file = join(folder, 'capability.yaml');
  writeFileSync(file, 'naftiko: 1');
  expect(await reported()).toMatch(/capability\.yaml.*\(the server continues unchanged\)$/s);

  writeFileSync(file, text.replace(/description: .+/g, 'description: A changed description'));
  expect(await reported()).toBe('read capability.yaml again: the worlds are kept');
  expect(await description()).toBe(true);
  expect(await services()).toContain('Mine');
});

test.each([
  [{ seed: 'support-desk' }, '--watch has no file to watch'],
  [{ mode: 'record' as const }, 'a recording cannot be continued'],
])('%j cannot be watched', async (settings, message) => {
  await expect(start(() => settings)).rejects.toThrow(message);
});
