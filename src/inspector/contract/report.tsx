import type { ComponentChildren, JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { Badge } from '../components/badge.js';
import { CopyButton } from '../components/copy-button.js';
import { JsonView } from '../components/json-view.js';
import { Text } from '../components/text.js';
import { type Cause, causesOf, placeOf } from '../../contract/reports/findings/causes.js';
import { explainDrift } from '../../contract/reports/findings/explain-drift.js';
import {
  checkSources,
  fidelityHead,
  fidelityRows,
  figures,
  SCENARIO_COLUMNS,
  SECTIONS,
  problemsOf,
  skipReason,
  verdict,
} from '../../contract/reports/findings/labels.js';
import { countShown, MAX_UNFOLDED, SEARCH_LABEL, searchCauses } from '../../contract/reports/findings/search.js';
import { ResponseDiff } from './response-diff.js';
import type { ContractReport } from './types.js';

type Drift = ContractReport['drifts'][number];

const outcomes = {
  agree: ['good', 'No differences'],
  drift: ['bad', 'Differences found'],
  incomplete: ['warn', 'Incomplete run'],
} as const;

/** How many causes, or differences of one cause, are shown at a time. */
const ITEMS_PER_STEP = 50;

export function Report({ report }: { readonly report: ContractReport }): JSX.Element {
  const [tone, label] = outcomes[report.outcome];
  const [text, setText] = useState('');
  const [limit, setLimit] = useState(ITEMS_PER_STEP);
  const causes = useMemo(() => searchCauses(causesOf(report.drifts), text, report), [report, text]);
  const shown = causes.reduce((sum, { drifts }) => sum + drifts.length, 0);
  return (
    <>
      <p>
        <Badge tone={tone}>{label}</Badge> <strong>{verdict(report)}</strong>
      </p>
      <p class="hint">{figures(report)}</p>
      <Problems report={report} />
      {report.drifts.length > 0 && (
        <>
          <h2>{SECTIONS.differences}</h2>
          <div class="actions">
            <input
              type="search"
              placeholder={SEARCH_LABEL}
              aria-label={SEARCH_LABEL}
              value={text}
              onInput={({ currentTarget }) => setText(currentTarget.value)}
            />
            <span role="status">{countShown(shown, report.drifts.length)}</span>
          </div>
        </>
      )}
      {causes.slice(0, limit).map((cause) => (
        <CauseCard key={cause.key} cause={cause} report={report} isOpen={shown <= MAX_UNFOLDED} />
      ))}
      {causes.length > limit && (
        <button type="button" onClick={() => setLimit(limit + ITEMS_PER_STEP)}>
          Show more ({causes.length - limit} left)
        </button>
      )}
      <KnownDifferences report={report} />
      <Scenarios report={report} />
      <Checks report={report} />
    </>
  );
}

interface CauseProps {
  readonly cause: Cause;
  readonly report: ContractReport;
  readonly isOpen: boolean;
}

/** Differences with one cause, e.g. `different type index number expected, string received 97× in 6 operations`. */
function CauseCard({ cause, report, isOpen }: CauseProps): JSX.Element {
  const { label, field, types, side, frequency, drifts } = cause;
  const [limit, setLimit] = useState(ITEMS_PER_STEP);
  return (
    <details class="cause" open={isOpen}>
      <summary>
        <Badge tone="bad">{label}</Badge> {field !== '' && <code>{field}</code>}
        {types !== '' && <> {types}</>}
        {side !== '' && <> in {side}</>}
        <span class="hint"> {frequency}</span>
      </summary>
      {drifts.slice(0, limit).map((drift, i) => (
        <DriftCard key={i} drift={drift} report={report} />
      ))}
      {drifts.length > limit && (
        <button type="button" onClick={() => setLimit(limit + ITEMS_PER_STEP)}>
          Show more ({drifts.length - limit} left)
        </button>
      )}
    </details>
  );
}

function DriftCard({ drift, report }: { readonly drift: Drift; readonly report: ContractReport }): JSX.Element {
  const { scenario, step, operation, path, note, curl } = drift;
  const { expected, actual } = explainDrift(drift, report);
  return (
    <section class="card">
      <p>
        <strong>{scenario}</strong> · <Text value={step} /> · <code>{operation}</code> ·{' '}
        {path === '' ? 'whole response' : <code>{path}</code>}
      </p>
      {note !== undefined && (
        <p class="hint">
          <Text value={note} />
        </p>
      )}
      <div class="side-by-side">
        {[expected, actual].map((half) => (
          <div key={half.label}>
            <h3>{half.label}</h3>
            <DriftValue {...half} />
          </div>
        ))}
      </div>
      <ResponseDiff drift={drift} report={report} />
      {curl !== undefined && <CopyButton what="as curl" text={() => curl} />}
    </section>
  );
}

interface DriftValueProps {
  readonly value?: unknown;
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

function Problems({ report: { scenarios } }: { readonly report: ContractReport }): JSX.Element {
  return (
    <>
      {problemsOf(scenarios).map(([label, text], i) => (
        <p key={i}>
          <Badge tone="bad">{label}</Badge> <Text value={text} />
        </p>
      ))}
    </>
  );
}

function KnownDifferences({ report: { accepted, stale } }: { readonly report: ContractReport }): JSX.Element {
  return (
    <>
      {stale.length > 0 && (
        <>
          <h2>{SECTIONS.stale}</h2>
          <ul>
            {stale.map(({ known: { scenario, step, path }, why }, i) => (
              <li key={i}>
                {scenario} · {step} · <code>{path}</code>: {why}
              </li>
            ))}
          </ul>
        </>
      )}
      {accepted.length > 0 && (
        <>
          <h2>{SECTIONS.accepted}</h2>
          <ul>
            {accepted.map(({ drift, known }, i) => (
              <li key={i}>
                {placeOf(drift)}: {known.reason} (until {known.expires})
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Scenarios({ report: { scenarios } }: { readonly report: ContractReport }): JSX.Element {
  const rows = scenarios.map(({ name, about, steps, skipped, drifts }) => [
    <>
      <strong>{name}</strong> {about}
      {skipped.length > 0 && <span class="hint"> {skipReason(skipped)}</span>}
    </>,
    steps,
    skipped.length,
    drifts,
  ]);
  return <Table title={SECTIONS.scenarios} head={SCENARIO_COLUMNS} rows={rows} />;
}

function Checks({ report }: { readonly report: ContractReport }): JSX.Element {
  return (
    <Table title={SECTIONS.checks} head={fidelityHead(report)} rows={fidelityRows(report.fidelity)}>
      <p class="hint">{checkSources(report)}</p>
    </Table>
  );
}

interface TableProps {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly ComponentChildren[])[];
  readonly children?: ComponentChildren;
}

function Table({ title, head, rows, children }: TableProps): JSX.Element {
  return (
    <>
      <h2>{title}</h2>
      {children}
      <div class="table-scroll" tabIndex={0} role="group" aria-label={title}>
        <table>
          <thead>
            <tr>
              {head.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((cells, i) => (
              <tr key={i}>
                {cells.map((cell, j) => (
                  <td key={j}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
