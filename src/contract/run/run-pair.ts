/** Plays one scenario on both sides and tells all that is different, or wrong on either. */
import { compareAnswers } from '../compare/compare.js';
import type { Difference, Drift } from '../model/drift.js';
import { reasonOf } from '../model/failure.js';
import type { FidelityBook } from '../model/fidelity.js';
import { leftOut, type Played } from './run-step.js';
import { openingOf, runScenario, type Transcript } from './run-scenario.js';
import type { Scenario, Step } from '../model/scenario.js';
import { skipsOf } from '../model/skips.js';
import type { Published, Side } from '../model/target.js';

export interface PairOptions {
  readonly left: Side;
  /** Absent: the left side is held against expectations and published shapes alone. */
  readonly right?: Side | undefined;
  readonly published: Published;
  /** Ends the run; what was found until then is reported. */
  readonly signal?: AbortSignal | undefined;
  /** How long one call may take, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** Told before each step of either side. */
  readonly onStep?: (side: Side, scenario: Scenario, step: Step) => void;
}

/** What became of one scenario. */
export interface ScenarioReport {
  readonly name: string;
  readonly about: string;
  readonly drifts: readonly Drift[];
  /** Steps that were played, on the left side. */
  readonly steps: number;
  readonly skipped: readonly { readonly step: string; readonly why: string }[];
  /** Whether there was a right side to compare with. */
  readonly compared: boolean;
  /** Why it did not come to its end, if it did not. */
  readonly interrupted?: string;
  readonly leftovers: readonly string[];
  readonly milliseconds: number;
  /** The left side's exchanges, masked. */
  readonly transcript: Transcript;
}

export async function playPair(
  scenario: Scenario,
  { left, right, published, signal, timeoutMs, onStep }: PairOptions,
  book: FidelityBook,
): Promise<ScenarioReport> {
  const started = performance.now();
  const sides = right === undefined ? [left] : [left, right];
  const skip = skipsOf(
    scenario,
    published.operations,
    sides.map(({ prerequisites }) => prerequisites),
  );
  const [ours, theirs] = await Promise.all(
    sides.map(async (side) => {
      try {
        const target = await side.open(scenario.name);
        if (target === undefined) return undefined;
        const { prerequisites } = side;
        return await runScenario(scenario, target, {
          onStep: (step) => onStep?.(side, scenario, step),
          published,
          prerequisites,
          skip,
          signal,
          timeoutMs,
        });
      } catch (error) {
        return failed(scenario, reasonOf(error));
      }
    }),
  );
  const transcript = ours ?? failed(scenario, `${left.name} knows nothing of this scenario`);
  const drifts = transcript.steps.flatMap((played): Drift[] => {
    const other = theirs?.steps.find(({ step }) => step.name === played.step.name);
    const found = differencesOf(played, other, { left: left.name, right: right?.name ?? '' }, (compared) =>
      book.add(played.step.operation, { compared }),
    );
    const { operation, name: step, source = 'documented' } = played.step;
    const { expected, shapes } = played.promises;
    book.add(operation, { answers: played.answer === undefined ? 0 : 1, shapes, drifts: found.length });
    book.expect(operation, source, expected);
    return found.map((difference) => ({
      scenario: scenario.name,
      step,
      operation,
      ...difference,
      // The command for the side that is wrong by itself; for a difference, the one that somebody can still ask.
      curl: difference.side === left.name || right?.kind === 'simulate' ? played.curl : (other?.curl ?? played.curl),
    }));
  });
  const interrupted = [transcript.interrupted, theirs?.interrupted].find((why) => why !== undefined);
  return {
    name: scenario.name,
    about: scenario.about,
    drifts,
    steps: transcript.steps.filter(({ answer }) => answer !== undefined).length,
    skipped: transcript.steps.flatMap(({ step, skipped }) =>
      skipped === undefined ? [] : [{ step: step.name, why: skipped }],
    ),
    compared: theirs !== undefined,
    ...(interrupted === undefined ? {} : { interrupted }),
    leftovers: [...transcript.leftovers, ...(theirs?.leftovers ?? [])],
    milliseconds: performance.now() - started,
    transcript,
  };
}

/** All that one step shows: what each side gets wrong by itself, and where the two differ. */
function differencesOf(
  ours: Played,
  theirs: Played | undefined,
  names: { left: string; right: string },
  compared: (count: number) => void,
): Difference[] {
  const own = ours.differences.map((difference) => ({ ...difference, side: names.left }));
  if (theirs === undefined) return own;
  const other = theirs.differences.map((difference) => ({ ...difference, side: names.right }));
  if (ours.answer === undefined || theirs.answer === undefined) return [...own, ...other];
  let promises = 0;
  const between = compareAnswers(ours.answer, theirs.answer, {
    free: Object.keys(ours.step.free ?? {}),
    count: () => void (promises += 1),
  });
  compared(promises);
  return merged([...own, ...other], between);
}

/** What two ways of looking have found is told once, by the one that says more. */
function merged(own: readonly Difference[], between: readonly Difference[]): Difference[] {
  const status = between.filter(({ kind }) => kind === 'status');
  if (status.length > 0) return [...own.filter(({ kind }) => kind === 'no-answer'), ...status];
  const compared = new Set(between.map(({ path }) => path));
  const keys = new Set(own.filter(({ kind }) => kind.endsWith('-key')).map(({ path }) => path));
  return [
    ...own.filter(({ kind, path, note }) => kind !== 'promise' || note !== undefined || !compared.has(path)),
    ...between.filter(({ kind, path }) => !(keys.has(path) && (kind === 'missing' || kind === 'extra'))),
  ];
}

function failed(scenario: Scenario, why: string): Transcript {
  return { scenario: scenario.name, steps: [leftOut(openingOf(scenario), why)], interrupted: why, leftovers: [] };
}
