import { describe, expect, it } from 'vitest';
import { createConformance } from '../../src/engine/conformance.js';
import { bodyOf } from '../../src/core/body.js';
import { ACCOUNT, basic, createTestUnderstudy } from '../helpers/understudy.js';
import { capability, connections, ORIGIN, shapes } from './mcp-harness.js';
import { tell, type Told } from './story.js';
import { engineTarget, mcpTarget, restTarget, twilioTarget } from './targets.js';

/** Seeded and with a standing clock: each run of the story has the same SIDs and dates. */
const settings = { seed: 'support-desk', publicUrl: ORIGIN, defaultAccount: ACCOUNT };

async function toldByEngine(): Promise<Told[]> {
  const { engine } = await createTestUnderstudy(settings);
  return tell(engineTarget(engine, ORIGIN));
}

describe('one story, told through every surface', () => {
  it('goes through all 50 operations, some of them refused, and conforms to what Twilio publishes', async () => {
    const transcript = await toldByEngine();
    const check = createConformance(shapes);
    for (const { operation, status, body } of transcript) {
      const result = { status, headers: {}, body: body === null ? null : bodyOf(body) };
      expect.soft({ operation, violations: check(operation, result) }).toEqual({ operation, violations: [] });
    }
    const succeeded = transcript.filter(({ status }) => status < 400).map(({ operation }) => operation);
    expect([...new Set(succeeded)].sort()).toEqual(capability.operations.map(({ name }) => name).sort());
    expect(transcript.filter(({ status }) => status >= 400).map(({ status }) => status)).toEqual([
      409, 400, 404, 400, 404, 404,
    ]);
  });

  it('is the same on the REST surface', async () => {
    const { http } = await createTestUnderstudy(settings);
    expect(await tell(restTarget(http, capability))).toEqual(await toldByEngine());
  });

  it('is the same on the Twilio surface', async () => {
    const { http } = await createTestUnderstudy(settings);
    expect(await tell(twilioTarget(http, capability, basic().authorization))).toEqual(await toldByEngine());
  });

  it.each(Object.keys(connections))('is the same by MCP: %s', async (name) => {
    const { engine } = await createTestUnderstudy(settings);
    const client = await connections[name]?.({ engine });
    if (!client) throw new Error('There is no such connection.');
    // Both generations hold answers against the output schemas only once they have seen them.
    expect((await client.list()).tools).toHaveLength(50);
    expect(await tell(mcpTarget(capability, shapes, client.call))).toEqual(await toldByEngine());
  });
});
