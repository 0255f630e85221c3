import { describe, expect, it } from 'vitest';
import { createSimulator } from '../../../src/backends/simulator/simulator.js';
import { parseClock } from '../../../src/backends/simulator/kernel/clock.js';
import { loadCapability } from '../../../src/capability/load.js';
import { loadShapes } from '../../../src/capability/shapes.js';
import { createBinding } from '../../../src/engine/binding.js';
import type { JsonObject } from '../../../src/core/body.js';

const { operations } = loadCapability();
/** A second product with the same nouns, verbs and names, and other paths. */
const other = operations.map((operation) => ({
  ...operation,
  id: `other.${operation.name}`,
  namespace: 'other',
  baseUri: 'https://other.example.com',
  path: `/other${operation.path}`,
}));

async function start() {
  const binding = createBinding([...operations, ...other], loadShapes());
  const simulator = await createSimulator({
    operations: binding.operations,
    bind: binding.bind,
    unknownField: binding.unknownField,
    clock: parseClock('real'),
    defaultAccount: `AC${'0'.repeat(32)}`,
    seed: 'support-desk',
  });
  const caller = { surface: 'engine', origin: 'http://127.0.0.1:8080' } as const;
  return { answer: async (id: string) => simulator.answer(binding.bind(id, {}, caller).call) };
}

describe('a simulator beside a second product with the same operation names', () => {
  it('loads its seed and answers its own operations with its own URLs', async () => {
    const { answer } = await start();
    const { status, body } = await answer('conversations-services.listservice');
    const { services } = (body?.value ?? {}) as { services: JsonObject[] };
    const [service] = services;
    expect(status).toBe(200);
    expect(service?.['url']).toMatch(/^http:\/\/127\.0\.0\.1:8080\/v1\/Services\/IS/);
  });

  it('rejects the operations of the other product', async () => {
    const { answer } = await start();
    await expect(answer('other.listservice')).rejects.toMatchObject({
      name: 'UNDERSTUDY_NOT_SIMULATED',
      status: 501,
      message: expect.stringContaining('does not answer `other.listservice`'),
    });
  });
});
