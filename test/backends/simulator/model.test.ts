import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTestSimulator, type TestSimulator } from '../../helpers/simulator.js';
import { actions, expectAlike, type Action, type Model } from './model.js';

class Step implements fc.AsyncCommand<Model, TestSimulator> {
  constructor(
    readonly action: Action,
    readonly where: readonly number[],
    readonly tried: Set<string>,
  ) {}
  check = () => true;
  run = (model: Model, simulator: TestSimulator) => {
    this.tried.add(this.action.name);
    return this.action.run(model, simulator, this.where);
  };
  toString = () => `${this.action.name} ${this.where.join(' ')}`;
}

describe('any sequence of creates, updates and deletes', () => {
  it('leaves what a trivial model of it says', async () => {
    const tried = new Set<string>();
    const where = fc.array(fc.nat(11), { minLength: 4, maxLength: 4 });
    const steps = fc.commands(
      actions.map((action) => where.map((numbers) => new Step(action, numbers, tried))),
      { size: '+1', maxCommands: 80 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (commands) => {
        const model: Model = { services: new Map() };
        const simulator = await createTestSimulator();
        const [create] = actions;
        await create?.run(model, simulator, []);
        await fc.asyncModelRun(() => ({ model, real: simulator }), commands);
        await expectAlike(model, simulator);
      }),
      { numRuns: 60 },
    );
    expect(tried).toEqual(new Set(actions.map(({ name }) => name)));
  });
});
