import type { SuiteReport } from '../run/run-suite.js';
import { escape } from './escape.js';
import { fidelityHead, fidelityRows, figures, KINDS, sayings, verdict } from './explain-drift.js';

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
h1{font-size:1.4rem}table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ddd;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums}code{font:13px ui-monospace,monospace;overflow-wrap:anywhere}.bad{color:#a8071a}.good{color:#1b6e1b}
@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#161616}th,td{border-color:#333}.bad{color:#ff7875}.good{color:#7ccf7c}}`;

/** A page of its own, without anything from elsewhere. */
export function htmlReport(report: SuiteReport): string {
  const { drifts, scenarios, fidelity, stale, outcome } = report;
  const found = drifts.map((drift) => {
    const said = sayings(drift, report).map(([who, what]) => `<div>${escape(who)}: <code>${escape(what)}</code></div>`);
    const curl =
      drift.curl === undefined ? '' : `<details><summary>show it</summary><code>${escape(drift.curl)}</code></details>`;
    return tr([
      `${escape(drift.scenario)}<br>${escape(drift.step)}`,
      `<code>${escape(drift.operation)}</code>`,
      `<code>${escape(drift.path)}</code>`,
      KINDS[drift.kind],
      said.join('') + curl,
    ]);
  });
  const played = scenarios.map(({ name, about, steps, skipped, drifts: own, interrupted }) =>
    tr([
      `<b>${escape(name)}</b><br>${escape(about)}`,
      String(steps),
      String(skipped.length),
      String(own.length),
      escape(interrupted ?? ''),
    ]),
  );
  const sections = [
    drifts.length === 0
      ? ''
      : `<h2>Differences</h2>${table(['scenario', 'operation', 'where', 'what', 'who says what'], found)}`,
    stale.length === 0
      ? ''
      : `<h2>Known drift that is out of date</h2><ul>${stale.map(({ known, why }) => `<li>${escape(`${known.scenario} · ${known.step} · ${known.path}`)}: ${escape(why)}</li>`).join('')}</ul>`,
    `<h2>Scenarios</h2>${table(['scenario', 'steps', 'left out', 'differences', ''], played)}`,
    `<h2>What was checked of each operation</h2>${table(
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

function table(head: readonly string[], rows: readonly string[]): string {
  const cells = head.map((cell) => `<th scope="col">${escape(cell)}</th>`).join('');
  return `<table><thead><tr>${cells}</tr></thead><tbody>${rows.join('\n')}</tbody></table>`;
}

function tr(cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td${/^\d+$/.test(cell) ? ' class="n"' : ''}>${cell}</td>`).join('')}</tr>`;
}
