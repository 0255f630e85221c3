/** Plays scenarios on two sides and accounts for every difference. */
import { compareAnswers } from './compare.js';
import type { Difference, Drift } from './drift.js';
import { createFidelityBook, type Fidelity } from './fidelity.js';
import { judge, type Judged, type KnownDrift } from './known-drift.js';
import { openingOf, type Played, reasonOf, runScenario, type Transcript } from './run.js';
import type { Scenario } from './scenario.js';
import { skipsOf } from './skips.js';
import type { Published, Side } from './target.js';

export interface SuiteOptions {
  readonly scenarios: readonly Scenario[];
  readonly left: Side;
  /** Absent: the left side is held against expectations and published shapes alone. */
  readonly right?: Side | undefined;
  readonly published: Published;
  /** Scenarios that run at the same time. */
  readonly parallel?: number;
  readonly known?: readonly KnownDrift[];
  /** Ends the run; what was found until then is reported. */
  readonly signal?: AbortSignal;
  /** How long one call may take, in milliseconds. */
  readonly patience?: number;
  /** Today, as `2026-01-31`, for known drift that expires. */
  readonly today?: string;
  readonly onScenario?: (done: ScenarioReport, count: number) => void;
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

/** What the whole run found. */
export interface SuiteReport extends Judged {
  readonly left: string;
  readonly right:
    { readonly name: string; readonly kind: Side['kind']; readonly recorded?: string | undefined } | undefined;
  readonly scenarios: readonly ScenarioReport[];
  readonly fidelity: readonly Fidelity[];
  readonly milliseconds: number;
  /** `incomplete`: a scenario did not come to its end. */
  readonly outcome: 'agree' | 'drift' | 'incomplete';
}

export async function runSuite(options: SuiteOptions): Promise<SuiteReport> {
  const { scenarios, left, right, published, parallel = 1, known = [], signal, onScenario } = options;
  const started = performance.now();
  const book = createFidelityBook(published.operations.map(({ name }) => name));
  const reports: ScenarioReport[] = [];
  const waiting = [...scenarios];

  async function work(): Promise<void> {
    for (let scenario = waiting.shift(); scenario !== undefined; scenario = waiting.shift()) {
      const report = await playBoth(scenario, options, book);
      reports.push(report);
      onScenario?.(report, reports.length);
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, parallel) }, work));

  const order = new Map(scenarios.map(({ name }, i) => [name, i]));
  reports.sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
  const compared = new Set(reports.filter((each) => each.compared).flatMap(playedSteps));
  const judged = judge(
    reports.flatMap(({ drifts }) => drifts),
    known,
    {
      today: options.today ?? new Date().toISOString().slice(0, 10),
      against: right?.kind ?? '',
      wasCompared: (scenario, step) => compared.has(`${scenario}\n${step}`),
    },
  );
  const complete =
    !signal?.aborted &&
    reports.every(({ interrupted, leftovers }) => interrupted === undefined && leftovers.length === 0);
  const clean = judged.drifts.length === 0 && judged.stale.length === 0;
  return {
    ...judged,
    left: left.name,
    right: right && { name: right.name, kind: right.kind, recorded: right.recorded },
    scenarios: reports,
    fidelity: book.entries(),
    milliseconds: performance.now() - started,
    outcome: complete ? (clean ? 'agree' : 'drift') : 'incomplete',
  };
}

function playedSteps({ name, transcript }: ScenarioReport): string[] {
  return transcript.steps.filter(({ answer }) => answer !== undefined).map(({ step }) => `${name}\n${step.name}`);
}

async function playBoth(
  scenario: Scenario,
  { left, right, published, signal, patience }: SuiteOptions,
  book: ReturnType<typeof createFidelityBook>,
): Promise<ScenarioReport> {
  const started = performance.now();
  const sides = right === undefined ? [left] : [left, right];
  const skip = skipsOf(
    scenario,
    published.operations,
    sides.map(({ provisions }) => provisions),
  );
  const [ours, theirs] = await Promise.all(
    sides.map(async (side) => {
      try {
        const target = await side.open(scenario.name);
        if (target === undefined) return undefined;
        const { provisions } = side;
        return await runScenario(scenario, target, {
          published,
          provisions,
          skip,
          ...(signal && { signal }),
          ...(patience && { patience }),
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
    const curl = played.curl ?? other?.curl;
    return found.map((difference) => ({ scenario: scenario.name, step, operation, curl, ...difference }));
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
  // A broken promise of one side is the same finding as the difference that it makes.
  const said = new Set(between.map(({ path }) => path));
  const kept = [...own, ...other].filter(({ kind, path }) => kind !== 'promise' || path === '' || !said.has(path));
  const status = between.some(({ kind }) => kind === 'status');
  return [...kept, ...(status ? between.filter(({ kind }) => kind === 'status') : between)];
}

function failed(scenario: Scenario, why: string): Transcript {
  const step = openingOf(scenario);
  const played: Played = { step, skipped: why, differences: [], promises: { expected: 0, shapes: 0 } };
  return { scenario: scenario.name, steps: [played], interrupted: why, leftovers: [] };
}
