import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newFile } from '../backends/cassette/harness.js';
import { anyPorts, run, start } from '../helpers/command.js';
import { basic } from '../helpers/understudy.js';

const PASSWORD = 'planted-command-password-2f6a';
const CREDENTIALS = { TWILIO_USER: `AC${'a'.repeat(32)}`, TWILIO_PASS: PASSWORD };

interface Listed {
  readonly services: readonly { readonly friendly_name: string }[];
}

/** Starts a server on free ports, and returns its REST URL. */
async function serve(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const command = start(['serve', ...anyPorts, ...args], env);
  const banner = await command.printed('const client');
  return { ...command, banner, url: /http:\/\/127\.0\.0\.1:\d+/.exec(banner)?.[0] ?? '' };
}

test('credentials and --mode live are enough to forward calls to Twilio', async () => {
  const twilio = await serve(['--auth-token', PASSWORD]);
  const args = ['--mode', 'live', '--upstream', twilio.url, '--log-level', 'trace'];
  const live = await serve(args, CREDENTIALS);
  expect(live.banner).toMatch(/forwards calls to Twilio: messages reach people and cost money/);
  expect(live.banner).not.toContain('FriendlyName=Demo');

  const form = { 'content-type': 'application/x-www-form-urlencoded', ...basic() };
  const created = await fetch(`${live.url}/v1/Services`, { method: 'POST', headers: form, body: 'FriendlyName=Real' });
  expect(created.status).toBe(201);
  const headers = basic(CREDENTIALS.TWILIO_USER, PASSWORD);
  const listed = (await (await fetch(`${twilio.url}/v1/Services`, { headers })).json()) as Listed;
  expect(listed.services.map(({ friendly_name }) => friendly_name)).toEqual(['Default Conversations Service', 'Real']);

  live.process.kill('SIGTERM');
  const { code, stdout, stderr } = await live.finished;
  expect(code).toBe(0);
  expect(stderr).toContain('POST createservice 201');
  expect(stdout + stderr).not.toContain(PASSWORD);
});

test('--mode replay returns the responses that --mode record wrote', async () => {
  const twilio = await serve(['--auth-token', PASSWORD]);
  const cassette = newFile();
  const recorder = await serve(['--mode', 'record', '--cassette', cassette, '--upstream', twilio.url], CREDENTIALS);
  const recorded = await (await fetch(`${recorder.url}/v1/v1/services`)).text();
  recorder.process.kill('SIGTERM');
  await recorder.finished;
  expect(readFileSync(cassette, 'utf8')).not.toContain(PASSWORD);

  const replay = await serve(['--mode', 'replay', '--cassette', cassette]);
  const replayed = await (await fetch(`${replay.url}/v1/v1/services`)).text();
  // Page URLs lead back to the server that answers.
  expect(replayed).toBe(recorded.replaceAll(recorder.url, replay.url));
});

test.each([
  [['--mode', 'live'], /set TWILIO_USER and TWILIO_PASS/],
  [['--mode', 'live', '--host', '0.0.0.0'], /set --token/],
  [['--mode', 'live', '--upstream', 'http://twilio.example.com'], /in the clear/],
  [['--mode', 'record'], /needs --cassette/],
  [['--mode', 'replay', '--cassette', 'nowhere.json'], /The cassette nowhere\.json does not exist/],
  [['--mode', 'lively'], /Allowed choices are simulate, live, record, replay/],
  [['--allow', 'fetchservise'], /Did you mean `fetchservice`/],
  [['--timeout', 'soon'], /a number of seconds/],
])('%j fails with one line on stderr', async (args, line) => {
  const { code, stdout, stderr } = await run('serve', ...anyPorts, ...args);
  expect(stderr).toMatch(/^understudy: [^\n]+\n$/);
  expect(stderr).toMatch(line);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
});
