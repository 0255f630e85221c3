import type { SuiteReport } from '../run/run-suite.js';
import { escape } from './escape.js';
import { explainDrift } from './explain-drift.js';
import { fidelityHead, fidelityRows, figures, KIND_LABELS, verdict } from './labels.js';

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
h1{font-size:1.4rem}table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ddd;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums}code{font:13px ui-monospace,monospace;overflow-wrap:anywhere}.bad{color:#a8071a}.good{color:#1b6e1b}
@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#161616}th,td{border-color:#333}.bad{color:#ff7875}.good{color:#7ccf7c}}`;

/** A self-contained page: it loads nothing. */
export function htmlReport(report: SuiteReport): string {
  const { fidelity, outcome } = report;
  const sections = [
    driftSection(report),
    staleSection(report),
    scenarioSection(report),
    `<h2>Checks of each operation</h2>${table(
      fidelityHead(report),
      fidelityRows(fidelity).map((cells) => tr(cells.map((cell) => escape(String(cell))))),
    )}`,
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>understudy contract</title><style>${STYLE}</style></head>
<body><h1 class="${outcome === 'agree' ? 'good' : 'bad'}">${escape(verdict(report))}</h1><p>${escape(figures(report))}</p>
${sections.filter((section) => section !== '').join('\n')}
</body></html>
`;
}

function driftSection(report: SuiteReport): string {
  if (report.drifts.length === 0) return '';
  const rows = report.drifts.map((drift) => {
    const { scenario, step, operation, path, kind, curl } = drift;
    const explanation = explainDrift(drift, report).map(
      ([label, value]) => `<div>${escape(label)}: <code>${escape(value)}</code></div>`,
    );
    const command =
      curl === undefined ? '' : `<details><summary>reproduce</summary><code>${escape(curl)}</code></details>`;
    return tr([
      `${escape(scenario)}<br>${escape(step)}`,
      `<code>${escape(operation)}</code>`,
      `<code>${escape(path)}</code>`,
      KIND_LABELS[kind],
      explanation.join('') + command,
    ]);
  });
  return `<h2>Differences</h2>${table(['scenario', 'operation', 'path', 'difference', 'values'], rows)}`;
}

function staleSection({ stale }: SuiteReport): string {
  if (stale.length === 0) return '';
  const items = stale.map(
    ({ known: { scenario, step, path }, why }) =>
      `<li>${escape(`${scenario} · ${step} · ${path}`)}: ${escape(why)}</li>`,
  );
  return `<h2>Known drift that is out of date</h2><ul>${items.join('')}</ul>`;
}

function scenarioSection({ scenarios }: SuiteReport): string {
  const rows = scenarios.map(({ name, about, steps, skipped, drifts, interrupted }) =>
    tr([
      `<b>${escape(name)}</b><br>${escape(about)}`,
      String(steps),
      String(skipped.length),
      String(drifts.length),
      escape(interrupted ?? ''),
    ]),
  );
  return `<h2>Scenarios</h2>${table(['scenario', 'steps', 'skipped', 'differences', ''], rows)}`;
}

function table(head: readonly string[], rows: readonly string[]): string {
  const cells = head.map((cell) => `<th scope="col">${escape(cell)}</th>`).join('');
  return `<table><thead><tr>${cells}</tr></thead><tbody>${rows.join('\n')}</tbody></table>`;
}

function tr(cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td${/^\d+$/.test(cell) ? ' class="n"' : ''}>${cell}</td>`).join('')}</tr>`;
}
