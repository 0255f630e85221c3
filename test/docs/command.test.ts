/** The shell lines of README.md's chapter on testing, run in its order against a server of the command line. */
import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { serve } from '../helpers/command.js';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

// readme command
const lines = [
  `understudy control clock.advance by=PT1H`,
  `understudy control inbound.message from=+15551230001 to=+15559990000 body='Hello' --world $WORLD`,
  `understudy control receipts.set-rules 'rules=[{"address": "+1*", "steps": []}]'`,
  `understudy control worlds.export > world.json`,
  `understudy control worlds.import document@world.json`,
  `curl -s http://127.0.0.1:8080/__understudy/clock/advance -d by=PT1H`,
  `curl -s 'http://127.0.0.1:8080/__understudy/webhooks/list?event=onMessageAdded'`,
  `understudy exec -- node app.js`,
];
// end

test('the lines do what they say', async () => {
  const { restUrl } = await serve(['--seed', 'support-desk', '--clock', 'manual']);
  const cwd = mkdtempSync(join(tmpdir(), 'understudy-'));
  writeFileSync(
    join(cwd, 'app.js'),
    `fetch('https://conversations.twilio.com/v1/Services', { headers: { authorization: 'Basic ' + btoa('AC' + '0'.repeat(32) + ':x') } })
       .then((answer) => answer.json()).then(({ meta }) => console.log(meta.url))`,
  );
  const run = async (line: string) => {
    const spelt = line
      .replace(/^understudy/, `'${process.execPath}' '${main}'`)
      .replace('http://127.0.0.1:8080', restUrl);
    const env = { ...process.env, UNDERSTUDY_URL: restUrl, WORLD: `AC${'0'.repeat(32)}` };
    const done = promisify(execFile)('sh', ['-c', spelt], { cwd, env });
    return done.then(
      ({ stdout }) => stdout,
      (error: { stderr: string }) => error.stderr,
    );
  };
  const answers: string[] = [];
  for (const line of lines) answers.push(await run(line));
  const [advanced, inbound, rules, exported, imported, byCurl, webhooks, app] = answers;
  expect(JSON.parse(advanced ?? '')).toMatchObject({ mode: 'manual' });
  // Nobody of the seed has this number, which is said in one line.
  expect(inbound).toContain('The message reaches nobody: +15551230001 and +15559990000 belong to no open conversation');
  expect(JSON.parse(rules ?? '')).toEqual({ rules: [{ address: '+1*', steps: [] }] });
  expect(exported).toBe('');
  expect(JSON.parse(imported ?? '')).toMatchObject({ worlds: [{ account_sid: `AC${'0'.repeat(32)}` }] });
  expect(JSON.parse(byCurl ?? '')).toMatchObject({ mode: 'manual' });
  expect(JSON.parse(webhooks ?? '')).toEqual({ deliveries: [] });
  expect(app).toMatch(/^https:\/\/conversations\.twilio\.com\/v1\/Services\?PageSize=/);
});
