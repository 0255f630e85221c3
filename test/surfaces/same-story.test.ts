import { describe, expect, it } from 'vitest';
import { createConformance } from '../../src/engine/conformance.js';
import { bodyOf } from '../../src/core/body.js';
import { ACCOUNT, basic, createTestUnderstudy } from '../helpers/understudy.js';
import { capability, connections, ORIGIN, shapes } from './mcp-harness.js';
import { runStory, type StoryExchange } from './story.js';
import { engineTarget, mcpTarget, restTarget, twilioTarget } from './targets.js';
import { operationNamed } from '../helpers/operations.js';

/** A seed and a stopped clock give every run of the story the same SIDs and dates. */
const settings = { seed: 'support-desk', publicUrl: ORIGIN, defaultAccount: ACCOUNT };

async function runOnEngine(): Promise<StoryExchange[]> {
  const { engine } = await createTestUnderstudy(settings);
  return runStory(engineTarget(engine, ORIGIN));
}

describe('the same story through every surface', () => {
  it('calls every operation successfully, gets some refusals, and conforms to the published schema', async () => {
    const transcript = await runOnEngine();
    const check = createConformance(shapes);
    for (const { operation, status, body } of transcript) {
      const result = { status, headers: {}, body: body === null ? null : bodyOf(body) };
      expect
        .soft({ operation, violations: check(operationNamed(operation), result) })
        .toEqual({ operation, violations: [] });
    }
    const succeeded = transcript.filter(({ status }) => status < 400).map(({ operation }) => operation);
    expect([...new Set(succeeded)].sort()).toEqual(capability.operations.map(({ name }) => name).sort());
    expect(transcript.filter(({ status }) => status >= 400).map(({ status }) => status)).toEqual([
      409, 400, 404, 400, 404, 404,
    ]);
  });

  it('has the same transcript on the REST surface', async () => {
    const { http } = await createTestUnderstudy(settings);
    expect(await runStory(restTarget(http, capability))).toEqual(await runOnEngine());
  });

  it('has the same transcript on the Twilio surface', async () => {
    const { http } = await createTestUnderstudy(settings);
    expect(await runStory(twilioTarget(http, capability, basic().authorization))).toEqual(await runOnEngine());
  });

  it.each(Object.keys(connections))(
    'has the same transcript over MCP with %s',
    async (name) => {
      const { engine } = await createTestUnderstudy(settings);
      const client = await connections[name]?.({ engine, choice: 'all' });
      if (!client) throw new Error('unknown connection');
      // Clients validate results against the output schemas only after they have listed the tools.
      expect((await client.list()).tools).toHaveLength(capability.tools.length);
      expect(await runStory(mcpTarget(capability, shapes, client.call))).toEqual(await runOnEngine());
    },
    60_000,
  );
});
