/** The filter of the list of differences. */
import type { Drift } from '../../model/drift.js';
import { type Cause, describeCause, placeOf } from './causes.js';
import { explanationLines } from './explain-drift.js';
import { counted } from './labels.js';
import type { Run } from './run.js';

export const SEARCH_LABEL = 'Search differences';

/** So few differences are shown unfolded. */
export const MAX_UNFOLDED = 5;

/** The causes with the differences that contain a text. Ignores case. */
export function searchCauses(causes: readonly Cause[], text: string, run: Pick<Run, 'left' | 'right'>): Cause[] {
  const wanted = text.toLowerCase();
  return causes
    .map((cause) => ({ ...cause, drifts: cause.drifts.filter((drift) => textOf(cause, drift, run).includes(wanted)) }))
    .filter(({ drifts }) => drifts.length > 0);
}

/** What is shown of a difference and its cause, without the whole responses. */
function textOf(cause: Cause, drift: Drift, run: Pick<Run, 'left' | 'right'>): string {
  return [describeCause(cause), placeOf(drift), ...explanationLines(drift, run).flat()].join(' ').toLowerCase();
}

/** E.g. `2 of 97 differences`. */
export function countShown(shown: number, total: number): string {
  return `${shown} of ${counted(total, 'difference')}`;
}
