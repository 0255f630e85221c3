import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTestSimulator, type TestSimulator } from '../../helpers/simulator.js';
import { actions, expectSameLists, type Action, type Model } from './model.js';

class ActionCommand implements fc.AsyncCommand<Model, TestSimulator> {
  constructor(
    readonly action: Action,
    readonly numbers: readonly number[],
    readonly performed: Set<string>,
  ) {}
  check = () => true;
  run = (model: Model, simulator: TestSimulator) => {
    this.performed.add(this.action.name);
    return this.action.run(model, simulator, this.numbers);
  };
  toString = () => `${this.action.name} ${this.numbers.join(' ')}`;
}

describe('any sequence of creates, updates and deletes', () => {
  it('gives the same lists as a simple model', async () => {
    const performed = new Set<string>();
    const numbers = fc.array(fc.nat(11), { minLength: 4, maxLength: 4 });
    const commands = fc.commands(
      actions.map((action) => numbers.map((values) => new ActionCommand(action, values, performed))),
      { size: '+1', maxCommands: 80 },
    );
    await fc.assert(
      fc.asyncProperty(commands, async (sequence) => {
        const model: Model = { services: new Map() };
        const simulator = await createTestSimulator({ defaultService: false });
        const [create] = actions;
        await create?.run(model, simulator, []);
        await fc.asyncModelRun(() => ({ model, real: simulator }), sequence);
        await expectSameLists(model, simulator);
      }),
      { numRuns: 60 },
    );
    expect(performed).toEqual(new Set(actions.map(({ name }) => name)));
  });
});
