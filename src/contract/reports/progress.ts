import type { SuiteOptions } from '../run/run-suite.js';
import { paint, scenarioLine } from './terminal.js';

export interface ProgressOptions {
  readonly total: number;
  /** Whether the output is a terminal, where the current step is shown as well. */
  readonly isTerminal: boolean;
  readonly colours: boolean;
  readonly write: (text: string) => void;
}

const CLEAR_LINE = '\r\u001B[K';
const MAX_WIDTH = 100;

/** Writes one line for each finished scenario. On a terminal, the last line shows the current step. */
export function createProgress({
  total,
  isTerminal,
  colours,
  write,
}: ProgressOptions): Required<Pick<SuiteOptions, 'onStep' | 'onScenario'>> {
  const styles = paint(colours);
  let finished = 0;
  return {
    onStep(_side, scenario, step) {
      if (!isTerminal) return;
      const line = `${styles.faint(`${finished}/${total}`)} ${scenario.name} · ${step.name}`;
      write(`${CLEAR_LINE}${line}`.slice(0, MAX_WIDTH));
    },
    onScenario(report, count) {
      finished = count;
      write(`${isTerminal ? CLEAR_LINE : ''}${scenarioLine(report, styles)}\n`);
    },
  };
}
