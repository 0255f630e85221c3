import { beforeAll, describe, expect, it } from 'vitest';
import { createUnderstudy } from '../../src/app/create-understudy.js';
import { createConformance } from '../../src/engine/conformance.js';
import type { Operation } from '../../src/core/operation.js';
import { bodyOf } from '../../src/core/body.js';
import { ACCOUNT, basic, createTestUnderstudy, testSettings } from '../helpers/understudy.js';
import { capability, connections, ORIGIN, shapes } from './mcp-harness.js';
import { runStory, type StoryExchange } from './story.js';
import { engineTarget, mcpTarget, restTarget, twilioTarget } from './targets.js';
import { operationNamed } from '../helpers/operations.js';

/** A seed and a stopped clock give every run of the story the same SIDs and dates. */
const settings = { seed: 'support-desk', publicUrl: ORIGIN, defaultAccount: ACCOUNT };

/** The transcript of the engine. */
let expected: StoryExchange[];
beforeAll(async () => {
  const { engine, close } = await createUnderstudy({ ...testSettings, ...settings, logLevel: 'silent' });
  expected = await runStory(engineTarget(engine, ORIGIN));
  await close();
});

const kindsOf = (operations: readonly Operation[]) =>
  [...new Set(operations.map(({ verb, scope }) => `${verb} in scope ${scope}`))].sort();

describe('the same story through every surface', () => {
  // The scenarios call every operation; test/contract/scenarios/surfaces.test.ts plays them through each surface.
  it('uses every verb in both scopes, gets some refusals, and conforms to the published schema', () => {
    const check = createConformance(shapes);
    for (const { operation, status, body } of expected) {
      const result = { status, headers: {}, body: body === null ? null : bodyOf(body) };
      expect
        .soft({ operation, violations: check(operationNamed(operation), result) })
        .toEqual({ operation, violations: [] });
    }
    const succeeded = expected.filter(({ status }) => status < 400).map(({ operation }) => operationNamed(operation));
    expect(kindsOf(succeeded)).toEqual(kindsOf(capability.operations));
    expect(expected.filter(({ status }) => status >= 400).map(({ status }) => status)).toEqual([
      409, 400, 404, 400, 404, 404,
    ]);
  });

  it('has the same transcript on the REST surface, apart from its own paths in page URLs', async () => {
    const { http } = await createTestUnderstudy({ ...settings, rewriteUrls: false });
    expect(await runStory(restTarget(http, capability))).toEqual(expected);
  });

  it('has the same transcript on the Twilio surface', async () => {
    const { http } = await createTestUnderstudy(settings);
    expect(await runStory(twilioTarget(http, capability, basic().authorization))).toEqual(expected);
  });

  it.each(Object.keys(connections))('has the same transcript over MCP with %s', async (name) => {
    const { engine } = await createTestUnderstudy(settings);
    const client = await connections[name]?.({ engine, choice: 'all' });
    if (!client) throw new Error('unknown connection');
    // Clients validate results against the output schemas only after they have listed the tools.
    expect((await client.list()).tools).toHaveLength(capability.tools.length);
    expect(await runStory(mcpTarget(capability, shapes, client.call))).toEqual(expected);
  });
});
