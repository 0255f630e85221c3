import { beforeAll, describe, expect, it } from 'vitest';
import { createSimulator } from '../../src/backends/simulator/simulator.js';
import { parseClock } from '../../src/backends/simulator/kernel/clock.js';
import { loadCapability } from '../../src/capability/load.js';
import { loadShapes } from '../../src/capability/shapes.js';
import { publishedOf } from '../../src/cli/contract/published.js';
import { engineTarget } from '../../src/contract/targets/engine.js';
import { runScenario } from '../../src/contract/run/run-scenario.js';
import { scenarios } from '../../src/contract/scenarios/index.js';
import { createBinding } from '../../src/engine/binding.js';
import { createConformance } from '../../src/engine/conformance.js';
import { bodyOf } from '../../src/core/body.js';

const capability = loadCapability();
const shapes = loadShapes();
const published = publishedOf(capability);
const SERVICE = 'IS00000000000000000000000000c0ffee';
const ACCOUNT = `AC${'0'.repeat(32)}`;

/** The form fields that the simulator read, by operation. */
const fieldsRead = new Map<string, Set<string>>();
/** Operations that succeeded at least once. */
const succeeded = new Set<string>();
const violations: string[] = [];

/** A form that records which fields are read. */
class RecordingForm extends Map<string, readonly string[]> {
  readonly #read: Set<string>;

  constructor(entries: Iterable<readonly [string, readonly string[]]>, operation: string) {
    super(entries);
    this.#read = fieldsRead.get(operation) ?? new Set();
    fieldsRead.set(operation, this.#read);
  }

  override get(field: string): readonly string[] | undefined {
    this.#read.add(field);
    return super.get(field);
  }
}

beforeAll(async () => {
  const { bind, unknownField } = createBinding(capability.operations, shapes);
  const conforms = createConformance(shapes);
  const simulator = await createSimulator({
    operations: capability.operations,
    bind,
    unknownField,
    clock: parseClock('real'),
    defaultAccount: ACCOUNT,
    seed: 'contract',
  });
  const target = engineTarget(
    {
      async call(name, input, caller) {
        const { call, ignored } = bind(name, input, caller);
        const result = await simulator.answer({ ...call, form: new RecordingForm(call.form, name) });
        if (result.status < 300) succeeded.add(name);
        const found = conforms(call.operation, { ...result, body: result.body && bodyOf(result.body.value) });
        violations.push(...found.map(({ path, message }) => `${name}${path} ${message}`));
        return { result, ignored };
      },
    },
    { surface: 'engine', account: ACCOUNT, origin: 'http://127.0.0.1:8080' },
  );
  const prerequisites = {
    phone: { address: '+12025550123', proxyAddress: '+12025550199' },
    binding: { service: SERVICE, sid: 'BS00000000000000000000000000c0ffee' },
  };
  for (const scenario of scenarios) await runScenario(scenario, target, { published, prerequisites });
  await simulator.close();
});

describe('the resources of the simulator', () => {
  const writes = capability.operations.filter(({ method }) => method === 'POST');

  // Read a missing field in the form of the resource, and set it in a scenario.
  it.each(writes)('$name reads exactly the published form fields', (operation) => {
    const fields = [...(shapes.of(operation)?.form?.keys() ?? [])].sort();
    const read = [...(fieldsRead.get(operation.name) ?? [])].sort();
    expect(read).toEqual(fields);
  });

  it('answer with exactly the published keys', () => {
    const missing = capability.operations.filter(({ name }) => !succeeded.has(name)).map(({ name }) => name);
    expect({ neverSucceedInAScenario: missing }).toEqual({ neverSucceedInAScenario: [] });
    expect(violations).toEqual([]);
  });
});
