import type { DiffLine } from '../compare/diff.js';
import { escape } from './escape.js';
import { type Column, DIFF_LEGEND, foldLabel, markedText, type ResponseDiff } from './findings/responses.js';

/** Two responses side by side, without scripts. */
export function diffBlock({ title, columns, blocks }: ResponseDiff): string {
  const firstVisible = blocks.findIndex(({ isFolded }) => !isFolded);
  const parts = blocks.map((block, i) => {
    const lines = diffTable(columns, block.lines, i === firstVisible);
    return block.isFolded ? `<details class="fold"><summary>${foldLabel(block)}</summary>${lines}</details>` : lines;
  });
  return `<details><summary>${title}</summary><p>${DIFF_LEGEND}</p>${parts.join('')}</details>`;
}

function diffTable(columns: readonly Column[], lines: readonly DiffLine[], hasHead: boolean): string {
  const head = columns.map(({ label }) => `<th scope="col">${escape(label)}</th>`).join('');
  const rows = lines.map((line) => {
    const cells = columns.map(({ side }) => {
      const text = markedText(line, side);
      return `<td class="${text === undefined ? 'none' : `${line.state} ${side}`}">${escape(text ?? '')}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<table class="diff">${hasHead ? `<thead><tr>${head}</tr></thead>` : ''}<tbody>${rows.join('')}</tbody></table>`;
}
