import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Badge } from '../components/badge.js';
import { CopyButton } from '../components/copy-button.js';
import { JsonView } from '../components/json-view.js';
import { Text } from '../components/text.js';
import { describeAbsentActual, describeAbsentExpected } from './absent-values.js';
import { type Cause, causesOf } from './causes.js';
import { kindLabels } from './kind-labels.js';
import type { ContractReport, Drift } from './types.js';

const outcomes = {
  agree: ['good', 'No differences'],
  drift: ['bad', 'Differences found'],
  incomplete: ['warn', 'Incomplete run'],
} as const;

/** So few differences are not grouped. */
const FEW = 5;

/** How many causes, or differences of one cause, are shown at a time. */
const ITEMS_PER_STEP = 50;

export function Report({ report }: { readonly report: ContractReport }): JSX.Element {
  const [tone, label] = outcomes[report.outcome];
  const [text, setText] = useState('');
  const [limit, setLimit] = useState(ITEMS_PER_STEP);
  const searchText = text.toLowerCase();
  const found = report.drifts.filter((drift) => JSON.stringify(drift).toLowerCase().includes(searchText));
  const causes = causesOf(found);
  return (
    <>
      <p>
        <Badge tone={tone}>{label}</Badge> <strong>{report.left}</strong> compared with{' '}
        {report.right?.name ?? 'the published schema and the scenarios’ expectations'}: {report.scenarios.length}{' '}
        scenarios, {report.scenarios.reduce((sum, { steps }) => sum + steps, 0)} steps in{' '}
        {(report.milliseconds / 1000).toFixed(1)} s
      </p>
      <h2>{differenceCount(report.drifts.length)}</h2>
      {report.drifts.length > 0 && (
        <input
          type="search"
          placeholder="Search differences"
          aria-label="Search differences"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      )}
      {found.length <= FEW
        ? found.map((drift, i) => <DriftCard key={i} drift={drift} />)
        : causes.slice(0, limit).map((cause) => <CauseCard key={cause.key} cause={cause} />)}
      {causes.length > limit && (
        <button type="button" onClick={() => setLimit(limit + ITEMS_PER_STEP)}>
          Show more ({causes.length - limit} left)
        </button>
      )}
      <KnownDifferences report={report} />
      <Scenarios report={report} />
    </>
  );
}

/** Differences with one cause, e.g. `index: number expected, string received, 97× in 6 operations`. */
function CauseCard({ cause }: { readonly cause: Cause }): JSX.Element {
  const { kind, field, types, operations, drifts } = cause;
  const [limit, setLimit] = useState(ITEMS_PER_STEP);
  return (
    <details class="cause">
      <summary>
        <Badge tone="bad">{kindLabels[kind] ?? kind}</Badge> {field !== '' && <code>{field}</code>}
        {types !== '' && <> {types}</>}
        <span class="hint">
          {' '}
          {drifts.length}× in {operations.length === 1 ? operations[0] : `${operations.length} operations`}
        </span>
      </summary>
      {drifts.slice(0, limit).map((drift, i) => (
        <DriftCard key={i} drift={drift} />
      ))}
      {drifts.length > limit && (
        <button type="button" onClick={() => setLimit(limit + ITEMS_PER_STEP)}>
          Show more ({drifts.length - limit} left)
        </button>
      )}
    </details>
  );
}

function DriftCard({ drift }: { readonly drift: Drift }): JSX.Element {
  const { scenario, step, operation, path, kind, side, note, curl } = drift;
  return (
    <section class="card">
      <p>
        <Badge tone="bad">{kindLabels[kind] ?? kind}</Badge> <strong>{scenario}</strong>: <Text value={step} />
      </p>
      <p class="hint">
        <code>{operation}</code>, {path === '' ? 'whole response' : <code>{path}</code>}
        {side !== undefined && ` in ${side}`}
        {note !== undefined && (
          <>
            : <Text value={note} />
          </>
        )}
      </p>
      <div class="side-by-side">
        <div>
          <h3>Expected</h3>
          <DriftValue value={drift.expected} label="Expected" absent={describeAbsentExpected(drift)} />
        </div>
        <div>
          <h3>Actual</h3>
          <DriftValue value={drift.actual} label="Actual" absent={describeAbsentActual(drift)} />
        </div>
      </div>
      {curl !== undefined && <CopyButton what="as curl" text={() => curl} />}
    </section>
  );
}

interface DriftValueProps {
  readonly value: unknown;
  readonly label: string;
  /** Shown if there is no value. */
  readonly absent: string;
}

function DriftValue({ value, label, absent }: DriftValueProps): JSX.Element {
  if (value !== undefined) return <JsonView label={label} value={value} />;
  return (
    <p class="absent" role="group" aria-label={label}>
      <Text value={absent} />
    </p>
  );
}

function KnownDifferences({ report: { accepted, stale } }: { readonly report: ContractReport }): JSX.Element | null {
  if (accepted.length + stale.length === 0) return null;
  return (
    <>
      <h2>Known differences</h2>
      <ul>
        {accepted.map(({ drift, known }, i) => (
          <li key={i}>
            {drift.scenario}: {drift.step} <code>{drift.path}</code>: {known.reason} (until {known.expires})
          </li>
        ))}
        {stale.map(({ known, why }, i) => (
          <li key={`stale ${i}`}>
            <Badge tone="bad">outdated</Badge> {known.scenario}: {known.step}: {why}
          </li>
        ))}
      </ul>
    </>
  );
}

function Scenarios({ report: { scenarios } }: { readonly report: ContractReport }): JSX.Element {
  return (
    <>
      <h2>Scenarios</h2>
      <ul class="items">
        {scenarios.map(({ name, about, steps, drifts, interrupted, skipped }) => (
          <li key={name}>
            <span>
              <strong>{name}</strong> {about}
              {interrupted !== undefined && <span class="error"> {interrupted}</span>}
              {skipped.length > 0 && (
                <span class="hint">
                  {' '}
                  {skipped.length} skipped: {skipped[0]?.why}
                </span>
              )}
            </span>
            <Badge tone={drifts > 0 || interrupted !== undefined ? 'bad' : 'good'}>
              {drifts > 0 ? differenceCount(drifts) : `${steps} steps`}
            </Badge>
          </li>
        ))}
      </ul>
    </>
  );
}

function differenceCount(count: number): string {
  return count === 0 ? 'No differences' : count === 1 ? '1 difference' : `${count} differences`;
}
