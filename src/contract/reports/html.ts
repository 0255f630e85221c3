import type { Drift } from '../model/drift.js';
import type { SuiteReport } from '../run/run-suite.js';
import { escape } from './escape.js';
import { causesOf, describeCause, placeOf, type Cause } from './findings/causes.js';
import { explanationLines } from './findings/explain-drift.js';
import {
  checkSources,
  fidelityHead,
  fidelityRows,
  figures,
  problemsOf,
  SCENARIO_COLUMNS,
  SECTIONS,
  skipReason,
  verdict,
} from './findings/labels.js';
import { responseDiff, responsesTo } from './findings/responses.js';
import { MAX_UNFOLDED } from './findings/search.js';
import { diffBlock } from './html-diff.js';
import { CONTENT_SECURITY_POLICY, SEARCH_SCRIPT, searchField } from './html-search.js';
import { STYLE } from './html-style.js';

/** A self-contained page: it loads nothing. */
export function htmlReport(report: SuiteReport): string {
  const { fidelity, outcome } = report;
  const sections = [
    differences(report),
    staleSection(report),
    acceptedSection(report),
    scenarioSection(report),
    `<h2>${SECTIONS.checks}</h2><p>${escape(checkSources(report))}</p>${table(
      SECTIONS.checks,
      fidelityHead(report),
      fidelityRows(fidelity).map((cells) => tr(cells.map((cell) => escape(String(cell))))),
    )}`,
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="content-security-policy" content="${CONTENT_SECURITY_POLICY}">
<title>understudy contract</title><style>${STYLE}</style></head>
<body><main><h1 class="${outcome === 'agree' ? 'good' : 'bad'}">${escape(verdict(report))}</h1><p>${escape(figures(report))}</p>
${problems(report)}${sections.filter((section) => section !== '').join('\n')}
</main></body></html>
`;
}

function differences(report: SuiteReport): string {
  const causes = causesOf(report.drifts);
  if (causes.length === 0) return '';
  const isOpen = report.drifts.length <= MAX_UNFOLDED;
  const shown = new Set<unknown>();
  const blocks = causes.map((cause) => causeBlock(cause, report, isOpen, shown));
  return [`<h2>${SECTIONS.differences}</h2>`, searchField(report.drifts.length), ...blocks, SEARCH_SCRIPT].join('\n');
}

/** `shown` has the responses that are already in the report. */
function causeBlock(cause: Cause, report: SuiteReport, isOpen: boolean, shown: Set<unknown>): string {
  const drifts = cause.drifts.map((drift) => driftBlock(drift, report, shown)).join('\n');
  return `<details class="cause"${isOpen ? ' open' : ''}><summary>${escape(describeCause(cause))}</summary>${drifts}</details>`;
}

function driftBlock(drift: Drift, report: SuiteReport, shown: Set<unknown>): string {
  const values = explanationLines(drift, report).map(
    ([label, value]) => `<div><h3>${escape(label)}</h3><code>${escape(value)}</code></div>`,
  );
  const command =
    drift.curl === undefined
      ? ''
      : `<details><summary>Reproduce with curl</summary><code>${escape(drift.curl)}</code></details>`;
  const responses = wholeResponses(drift, report, shown);
  return `<section class="drift"><b class="place">${escape(placeOf(drift))}</b><div class="values">${values.join('')}</div>${responses}${command}</section>`;
}

/** The responses to a step are shown once, at its first difference. */
function wholeResponses(drift: Drift, report: SuiteReport, shown: Set<unknown>): string {
  const responses = responsesTo(drift, report);
  const diff = responseDiff(drift, report);
  if (responses === undefined || diff === undefined) return '';
  if (shown.has(responses)) return '<p>The whole responses are at the first difference of this step.</p>';
  shown.add(responses);
  return diffBlock(diff);
}

function problems({ scenarios }: SuiteReport): string {
  const items = problemsOf(scenarios).map(([label, text]) => `<li><b>${label}</b> ${escape(text)}</li>`);
  return items.length === 0 ? '' : `<ul class="bad">${items.join('')}</ul>\n`;
}

function staleSection({ stale }: SuiteReport): string {
  if (stale.length === 0) return '';
  const items = stale.map(
    ({ known: { scenario, step, path }, why }) =>
      `<li>${escape(`${scenario} · ${step} · ${path}`)}: ${escape(why)}</li>`,
  );
  return `<h2>${SECTIONS.stale}</h2><ul>${items.join('')}</ul>`;
}

function acceptedSection({ accepted }: SuiteReport): string {
  if (accepted.length === 0) return '';
  const items = accepted.map(
    ({ drift, known }) => `<li>${escape(`${placeOf(drift)}: ${known.reason} (until ${known.expires})`)}</li>`,
  );
  return `<h2>${SECTIONS.accepted}</h2><ul>${items.join('')}</ul>`;
}

function scenarioSection({ scenarios }: SuiteReport): string {
  const rows = scenarios.map(({ name, about, steps, skipped, drifts }) =>
    tr([
      `<b>${escape(name)}</b> ${escape(about)} <i>${escape(skipReason(skipped))}</i>`,
      String(steps),
      String(skipped.length),
      String(drifts.length),
    ]),
  );
  return `<h2>${SECTIONS.scenarios}</h2>${table(SECTIONS.scenarios, SCENARIO_COLUMNS, rows)}`;
}

function table(label: string, head: readonly string[], rows: readonly string[]): string {
  const cells = head.map((cell) => `<th scope="col">${escape(cell)}</th>`).join('');
  const rowGroups = `<thead><tr>${cells}</tr></thead><tbody>${rows.join('\n')}</tbody>`;
  return `<div class="scroll" tabindex="0" role="group" aria-label="${label}"><table>${rowGroups}</table></div>`;
}

function tr(cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td${/^\d+$/.test(cell) ? ' class="n"' : ''}>${cell}</td>`).join('')}</tr>`;
}
