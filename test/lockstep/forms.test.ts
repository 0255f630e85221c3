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

/** The form fields that the simulator looked for, by operation. */
const asked = new Map<string, Set<string>>();
/** Operations whose success was seen. */
const succeeded = new Set<string>();
const violations: string[] = [];

/** A form that notes which fields it is asked for. */
class NotedForm extends Map<string, readonly string[]> {
  constructor(
    entries: Iterable<readonly [string, readonly string[]]>,
    readonly operation: string,
  ) {
    super(entries);
  }

  override get(field: string): readonly string[] | undefined {
    const fields = asked.get(this.operation) ?? new Set();
    asked.set(this.operation, fields.add(field));
    return super.get(field);
  }
}

beforeAll(async () => {
  const { bind } = createBinding(capability.operations, shapes);
  const conforms = createConformance(shapes);
  const simulator = await createSimulator({
    operations: capability.operations,
    bind,
    clock: parseClock('real'),
    defaultAccount: ACCOUNT,
    seed: 'contract',
  });
  const target = engineTarget(
    {
      async call(name, input, caller) {
        const { call, ignored } = bind(name, input, caller);
        const result = await simulator.answer({ ...call, form: new NotedForm(call.form, name) });
        if (result.status < 300) succeeded.add(name);
        const found = conforms(name, { ...result, body: result.body && bodyOf(result.body.value) });
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
  const writing = capability.operations.filter(({ method }) => method === 'POST').map(({ name }) => name);

  it.each(writing)('%s reads the published form fields, all of them and no other', (name) => {
    const fields = [...(shapes.operations.get(name)?.form?.keys() ?? [])].sort();
    expect([...(asked.get(name) ?? [])].sort()).toEqual(fields);
  });

  it('answer with the published keys, all of them and no other', () => {
    expect([...succeeded].sort()).toEqual(capability.operations.map(({ name }) => name).sort());
    expect(violations).toEqual([]);
  });
});
