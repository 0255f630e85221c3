import { expect, it } from 'vitest';
import { bindScenario } from '../../../src/contract/model/bind-scenario.js';
import { createProgress } from '../../../src/contract/reports/progress.js';
import { role } from '../../../src/contract/scenarios/role.js';
import { published, simulator } from '../helpers.js';

function stepLine(options: { readonly isTerminal: boolean; readonly columns?: number }): string {
  let text = '';
  const progress = createProgress({ total: 3, colours: true, write: (part) => (text += part), ...options });
  const [step] = bindScenario(role, published.operations).steps;
  if (step === undefined) throw new Error('The scenario has no step.');
  progress.onStep(simulator(), role, step);
  return text;
}

it('the current step is one line of the terminal, which is cut at its width', () => {
  expect(stepLine({ isTerminal: true, columns: 200 })).toBe(
    '\r\u001B[K\u001B[2m0/3\u001B[22m role · create the service',
  );
  expect(stepLine({ isTerminal: true, columns: 12 })).toBe('\r\u001B[K\u001B[2m0/3\u001B[22m role · ');
});

it('the current step is not shown in a pipe', () => {
  expect(stepLine({ isTerminal: false })).toBe('');
});
