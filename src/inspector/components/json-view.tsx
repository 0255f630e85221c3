import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { href } from './route.js';
import { isSid, Text } from './text.js';

const MOST_ITEMS = 200;

/** Data, indented and coloured. SIDs lead to their records. */
export function Json({ value, label }: { readonly value: unknown; readonly label: string }): JSX.Element {
  return (
    <div class="json" tabIndex={0} role="group" aria-label={label}>
      <Value value={value} />
    </div>
  );
}

function Value({ value }: { readonly value: unknown }): JSX.Element {
  if (typeof value === 'string') return <Quoted text={value} />;
  if (typeof value !== 'object' || value === null) return <span class="literal">{String(value)}</span>;
  if (Array.isArray(value)) return <Items open="[" close="]" items={value.map((item) => [undefined, item])} />;
  return <Items open="{" close="}" items={Object.entries(value)} />;
}

function Quoted({ text }: { readonly text: string }): JSX.Element {
  const shown = <Text value={text} />;
  return <span class="string">"{isSid(text) ? <a href={href(`records/${text}`)}>{text}</a> : shown}"</span>;
}

interface ItemsProps {
  readonly open: string;
  readonly close: string;
  readonly items: readonly (readonly [key: string | undefined, value: unknown])[];
}

function Items({ open, close, items }: ItemsProps): JSX.Element {
  const [most, setMost] = useState(MOST_ITEMS);
  if (items.length === 0) return <span>{`${open}${close}`}</span>;
  const left = items.length - most;
  return (
    <span>
      {open}
      <span class="indent">
        {items.slice(0, most).map(([key, value], i) => (
          <Line key={key ?? i} name={key} isLast={i === items.length - 1}>
            <Value value={value} />
          </Line>
        ))}
        {left > 0 && (
          <button type="button" class="quiet" onClick={() => setMost(most + MOST_ITEMS)}>
            {left} more
          </button>
        )}
      </span>
      {close}
    </span>
  );
}

function Line(props: {
  readonly name: string | undefined;
  readonly isLast: boolean;
  readonly children: ComponentChildren;
}) {
  const { name, isLast, children } = props;
  return (
    <span class="line">
      {name !== undefined && (
        <>
          <span class="key">
            <Text value={name} />
          </span>
          :{' '}
        </>
      )}
      {children}
      {isLast ? '' : ','}
    </span>
  );
}
