import { styleText } from 'node:util';
import { variable } from './environment.js';

type Format = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan' | 'magenta';

/** Formats a text for a terminal, or returns it as it is. */
export type Style = (format: Format | readonly Format[], text: string) => string;

/** The part of a stream that decides about colours. */
interface Output {
  readonly isTTY?: boolean;
  hasColors?(): boolean;
}

/**
 * The style for an output. `FORCE_COLOR` (not `0` or `false`) turns colours on, `NO_COLOR` turns them off; otherwise a
 * terminal with colours has them.
 */
export function styleFor(output: Output): Style {
  return isColored(output)
    ? (format, text) => styleText(typeof format === 'string' ? format : [...format], text, { validateStream: false })
    : (_, text) => text;
}

/** Whether an output shows colours. */
export function isColored(output: Output): boolean {
  const forced = variable('FORCE_COLOR')?.toLowerCase();
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (variable('NO_COLOR') !== undefined) return false;
  return output.isTTY === true && output.hasColors?.() === true;
}
