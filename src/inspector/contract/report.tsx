import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Json } from '../base/json.js';
import { Text } from '../base/text.js';
import { Badge, Copy } from '../base/widgets.js';
import type { ContractReport, Drift } from './types.js';

const outcomes = {
  agree: ['good', 'They agree'],
  drift: ['bad', 'They differ'],
  incomplete: ['warn', 'It did not come to its end'],
} as const;

/** As many drifts as one reads at a time. */
const PAGE = 50;

export function Report({ report }: { readonly report: ContractReport }): JSX.Element {
  const [tone, words] = outcomes[report.outcome];
  const [text, setText] = useState('');
  const [most, setMost] = useState(PAGE);
  const wanted = text.toLowerCase();
  const found = report.drifts.filter((drift) => JSON.stringify(drift).toLowerCase().includes(wanted));
  return (
    <>
      <p>
        <Badge tone={tone}>{words}</Badge> <strong>{report.left}</strong>{' '}
        {report.right === null ? 'against what is published and promised' : `against ${report.right.name}`},{' '}
        {report.scenarios.length} scenarios, {report.scenarios.reduce((sum, { steps }) => sum + steps, 0)} steps in{' '}
        {(report.milliseconds / 1000).toFixed(1)} s
      </p>
      <h2>
        {report.drifts.length === 0
          ? 'No drift'
          : report.drifts.length === 1
            ? 'One drift'
            : `${report.drifts.length} drifts`}
      </h2>
      {report.drifts.length > 0 && (
        <input
          type="search"
          placeholder="Search drifts"
          aria-label="Search drifts"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      )}
      {found.slice(0, most).map((drift, i) => (
        <DriftBox key={i} drift={drift} />
      ))}
      {found.length > most && (
        <button type="button" onClick={() => setMost(most + PAGE)}>
          {found.length - most} more
        </button>
      )}
      <Known report={report} />
      <Scenarios report={report} />
    </>
  );
}

function DriftBox({ drift }: { readonly drift: Drift }): JSX.Element {
  const { scenario, step, operation, path, kind, side, note, curl } = drift;
  return (
    <section class="box drift">
      <p>
        <Badge tone="bad">{kind}</Badge> <strong>{scenario}</strong>: <Text value={step} />
      </p>
      <p class="hint">
        <code>{operation}</code>, {path === '' ? 'the whole answer' : <code>{path}</code>}
        {side !== undefined && ` of ${side}`}
        {note !== undefined && (
          <>
            : <Text value={note} />
          </>
        )}
      </p>
      <div class="beside">
        <div>
          <h3>Expected</h3>
          <Sided value={drift.expected} label="Expected" />
        </div>
        <div>
          <h3>Actual</h3>
          <Sided value={drift.actual} label="Actual" />
        </div>
      </div>
      {curl !== undefined && <Copy what="as curl" text={() => curl} />}
    </section>
  );
}

function Sided({ value, label }: { readonly value: unknown; readonly label: string }): JSX.Element {
  return value === undefined ? <p class="hint">nothing there</p> : <Json label={label} value={value} />;
}

function Known({ report: { accepted, stale } }: { readonly report: ContractReport }): JSX.Element | null {
  if (accepted.length + stale.length === 0) return null;
  return (
    <>
      <h2>Known drift</h2>
      <ul>
        {accepted.map(({ drift, known }, i) => (
          <li key={i}>
            {drift.scenario}: {drift.step} <code>{drift.path}</code>: {known.reason} (until {known.expires})
          </li>
        ))}
        {stale.map(({ known, why }, i) => (
          <li key={`stale ${i}`}>
            <Badge tone="bad">out of date</Badge> {known.scenario}: {known.step}: {why}
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
      <ul class="rules">
        {scenarios.map(({ name, about, steps, drifts, interrupted, skipped }) => (
          <li key={name}>
            <span>
              <strong>{name}</strong> {about}
              {interrupted !== undefined && <span class="failure"> {interrupted}</span>}
              {skipped.length > 0 && (
                <span class="hint">
                  {' '}
                  {skipped.length} skipped: {skipped[0]?.why}
                </span>
              )}
            </span>
            <Badge tone={drifts > 0 || interrupted !== undefined ? 'bad' : 'good'}>
              {drifts > 0 ? `${drifts} drift${drifts === 1 ? '' : 's'}` : `${steps} steps`}
            </Badge>
          </li>
        ))}
      </ul>
    </>
  );
}
