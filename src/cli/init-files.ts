/** What `understudy init` writes. */
import { CONFIG_FILE } from './config-file.js';

export const testRunners = ['node', 'vitest', 'jest'] as const;
export type TestRunner = (typeof testRunners)[number];

/** What is known of the project. */
export interface Project {
  readonly runner: TestRunner;
  /** The official SDK is installed. */
  readonly hasSdk: boolean;
  /** The project's `.js` files are ES modules. */
  readonly isModule: boolean;
}

const SEED_FILE = 'understudy.seed.yaml';

/** The files by name. */
export function filesFor(project: Project): ReadonlyMap<string, string> {
  return new Map([
    [CONFIG_FILE, configText],
    [SEED_FILE, seedText],
    [testFile(project), testText(project)],
  ]);
}

/** The command that runs the test. */
export function testCommand({ runner }: Project): string {
  return { node: 'node --test', vitest: 'npx vitest run', jest: 'npx jest' }[runner];
}

/** A name that each runner finds by itself. */
function testFile({ runner, isModule }: Project): string {
  if (runner !== 'jest') return 'understudy.test.mjs';
  return isModule ? 'understudy.test.cjs' : 'understudy.test.js';
}

const configText = `# Values of the flags of \`understudy serve\`, by their names. Flags and variables (UNDERSTUDY_…) override them.
# \`npx twilio-understudy config\` prints all of them. Secrets do not belong in this file.
seed: ${SEED_FILE}
# rest-port: 8080
# clock: manual
`;

const seedText = `# The state in which each world starts. Capitalised keys are form fields of Twilio.
understudy-seed: 1
services:
  - FriendlyName: Support
    default: true
    users:
      - Identity: ada
        FriendlyName: Ada
    conversations:
      - UniqueName: first-case
        FriendlyName: A broken lamp
        participants:
          - Identity: ada
        messages:
          - Author: ada
            Body: Good morning. How can I help?
`;

function testText(project: Project): string {
  const { runner, hasSdk } = project;
  const names = hasSdk ? 'startUnderstudy, twilioClientFor' : 'startUnderstudy';
  const head = {
    node: `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ${names} } from 'twilio-understudy';
`,
    vitest: `import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ${names} } from 'twilio-understudy';
`,
    jest: `const { join } = require('node:path');
const { ${names} } = require('twilio-understudy');
`,
  }[runner];
  const seed =
    runner === 'jest' ? `join(__dirname, '${SEED_FILE}')` : `fileURLToPath(new URL('${SEED_FILE}', import.meta.url))`;
  const equal = (actual: string, expected: string): string =>
    runner === 'node' ? `assert.equal(${actual}, ${expected});` : `expect(${actual}).toBe(${expected});`;

  return `${head}
const seed = ${seed};

test('a conversation closes after a day of silence', async () => {
  const sim = await startUnderstudy({ seed, clock: '2026-01-01T00:00:00Z' });
  try {
${hasSdk ? sdkSteps(equal) : httpSteps(equal)}
  } finally {
    await sim.close();
  }
});
`;
}

type Equal = (actual: string, expected: string) => string;

function sdkSteps(equal: Equal): string {
  return `    const client = twilioClientFor(sim);
    const conversation = client.conversations.v1.conversations('first-case');
    const [message] = await conversation.messages.list();
    ${equal('message.author', "'ada'")}

    await conversation.update({ 'timers.closed': 'P1D' });
    await sim.clock.advance('P1D');
    ${equal('(await conversation.fetch()).state', "'closed'")}`;
}

/** Without the SDK: the requests that it would send. */
function httpSteps(equal: Equal): string {
  return `    const credentials = Buffer.from(\`\${sim.accountSid}:\${sim.authToken}\`).toString('base64');
    const headers = { authorization: \`Basic \${credentials}\` };
    const url = \`\${sim.url}/v1/Conversations/first-case\`;
    const { messages } = await (await fetch(\`\${url}/Messages\`, { headers })).json();
    ${equal('messages[0].author', "'ada'")}

    await fetch(url, { method: 'POST', headers, body: new URLSearchParams({ 'Timers.Closed': 'P1D' }) });
    await sim.clock.advance('P1D');
    const { state } = await (await fetch(url, { headers })).json();
    ${equal('state', "'closed'")}`;
}
