import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { start } from '../../helpers/command.js';
import { startSim } from '../../helpers/sim.js';
import { temporaryFolder } from '../../surfaces/proxy/harness.js';

/** Prints the service that it finds, and the answer for another host of Twilio. Uses nothing but the standard library. */
const PROGRAM = `
import base64, json, os, urllib.error, urllib.request
basic = "Basic " + base64.b64encode((os.environ["ACCOUNT"] + ":any").encode()).decode()
def get(url):
    return json.load(urllib.request.urlopen(urllib.request.Request(url, headers={"Authorization": basic})))
services = get("https://conversations.twilio.com/v1/Services")["services"]
try:
    get("https://api.twilio.com/2010-04-01/Accounts.json")
except urllib.error.HTTPError as error:
    code = json.load(error)["code"]
proxies = [name for name in os.environ if name.lower().endswith("_proxy") and name.lower() != "no_proxy"]
print(len(services), code, proxies, os.environ.get("FROM_THE_OTHER"))
`;

test('with --no-proxy, Python programs are hooked, and a sitecustomize of the user still runs', async (context) => {
  if (spawnSync('python3', ['--version']).error !== undefined) {
    const reason = 'python3 is not installed (Debian: apt-get install python3)';
    process.stderr.write(`skipped the hook for Python: ${reason}\n`);
    context.skip(reason);
    return;
  }
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'own'));
  writeFileSync(join(folder, 'own', 'sitecustomize.py'), 'import os\nos.environ["FROM_THE_OTHER"] = "yes"\n');
  const sim = await startSim();
  const env = { ACCOUNT: sim.world('hook').accountSid, PYTHONPATH: join(folder, 'own') };
  const { stdout, stderr } = await start(['exec', '--no-proxy', '--url', sim.url, '--', 'python3', '-c', PROGRAM], env)
    .finished;
  expect({ stdout, stderr }).toEqual({ stdout: '1 990115 [] yes\n', stderr: '' });
});
