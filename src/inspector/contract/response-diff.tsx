import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import {
  type Column,
  DIFF_LEGEND,
  foldLabel,
  markedText,
  responseDiff,
  type ResponseDiff as Diff,
} from '../../contract/reports/findings/responses.js';
import { Text } from '../components/text.js';
import type { ContractReport } from './types.js';

type DiffLine = Diff['blocks'][number]['lines'][number];

interface ResponseDiffProps {
  readonly drift: ContractReport['drifts'][number];
  readonly report: ContractReport;
}

/** The whole responses behind a difference, side by side; drawn when they are opened. */
export function ResponseDiff({ drift, report }: ResponseDiffProps): JSX.Element | null {
  const diff = responseDiff(drift, report);
  if (diff === undefined) return null;
  const { title, columns, blocks } = diff;
  const firstVisible = blocks.findIndex(({ isFolded }) => !isFolded);
  return (
    <Folded title={title}>
      {() => (
        <>
          <p class="hint">{DIFF_LEGEND}</p>
          {blocks.map((block, i) => {
            const lines = <Lines key={i} columns={columns} lines={block.lines} showsHead={i === firstVisible} />;
            return block.isFolded ? (
              <Folded key={i} title={foldLabel(block)}>
                {() => lines}
              </Folded>
            ) : (
              lines
            );
          })}
        </>
      )}
    </Folded>
  );
}

function Folded({ title, children }: { readonly title: string; readonly children: () => JSX.Element }): JSX.Element {
  const [wasOpened, setOpened] = useState(false);
  return (
    <details class="response-diff" onToggle={({ currentTarget }) => currentTarget.open && setOpened(true)}>
      <summary>{title}</summary>
      {wasOpened && children()}
    </details>
  );
}

interface LinesProps {
  readonly columns: readonly Column[];
  readonly lines: readonly DiffLine[];
  readonly showsHead: boolean;
}

function Lines({ columns, lines, showsHead }: LinesProps): JSX.Element {
  return (
    <table class="diff">
      <thead class={showsHead ? '' : 'visually-hidden'}>
        <tr>
          {columns.map(({ label }) => (
            <th key={label} scope="col">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {lines.map((line, i) => (
          <tr key={i}>
            {columns.map(({ side }) => (
              <Cell key={side} line={line} side={side} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell({ line, side }: { readonly line: DiffLine; readonly side: Column['side'] }): JSX.Element {
  const text = markedText(line, side);
  if (text === undefined) return <td class="none" />;
  return (
    <td class={`${line.state} ${side}`}>
      <Text value={text} />
    </td>
  );
}
