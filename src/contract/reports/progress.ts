import { paint, scenarioLine } from './terminal.js';
import type { SuiteOptions } from '../run/run-suite.js';

/** Tells how far a run is: one line that changes on a terminal, a line for each scenario elsewhere. */
export function createProgress(options: {
  readonly total: number;
  readonly live: boolean;
  readonly colours: boolean;
  readonly say: (text: string) => void;
}): Required<Pick<SuiteOptions, 'onStep' | 'onScenario'>> {
  const { total, live, colours, say } = options;
  const marks = paint(colours);
  let done = 0;
  return {
    onStep(_side, scenario, step) {
      if (live) say(`\r\u001B[K${marks.faint(`${done}/${total}`)} ${scenario.name} · ${step.name}`.slice(0, 100));
    },
    onScenario(report, count) {
      done = count;
      say(`${live ? '\r\u001B[K' : ''}${scenarioLine(report, marks)}\n`);
    },
  };
}
