import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { href } from '../data/route.js';
import { isRecordSid } from './sid-link.js';
import { Text } from './text.js';

/** How many items of an array or object are shown at a time. */
const ITEMS_PER_STEP = 200;

/** Indented, highlighted JSON. SIDs link to their records. */
export function JsonView({ value, label }: { readonly value: unknown; readonly label: string }): JSX.Element {
  return (
    <div class="json" tabIndex={0} role="group" aria-label={label}>
      <Value value={value} />
    </div>
  );
}

function Value({ value }: { readonly value: unknown }): JSX.Element {
  if (typeof value === 'string') return <StringValue text={value} />;
  if (typeof value !== 'object' || value === null) return <span class="literal">{String(value)}</span>;
  if (Array.isArray(value)) return <Items open="[" close="]" items={value.map((item) => [undefined, item])} />;
  return <Items open="{" close="}" items={Object.entries(value)} />;
}

function StringValue({ text }: { readonly text: string }): JSX.Element {
  const content = isRecordSid(text) ? <a href={href(`records/${text}`)}>{text}</a> : <Text value={text} />;
  return <span class="string">"{content}"</span>;
}

interface ItemsProps {
  readonly open: string;
  readonly close: string;
  readonly items: readonly (readonly [key: string | undefined, value: unknown])[];
}

function Items({ open, close, items }: ItemsProps): JSX.Element {
  const [limit, setLimit] = useState(ITEMS_PER_STEP);
  if (items.length === 0) return <span>{`${open}${close}`}</span>;
  const remaining = items.length - limit;
  return (
    <span>
      {open}
      <span class="indent">
        {items.slice(0, limit).map(([key, value], i) => (
          <Line key={key ?? i} name={key} isLast={i === items.length - 1}>
            <Value value={value} />
          </Line>
        ))}
        {remaining > 0 && (
          <button type="button" class="quiet" onClick={() => setLimit(limit + ITEMS_PER_STEP)}>
            Show more ({remaining} left)
          </button>
        )}
      </span>
      {close}
    </span>
  );
}

interface LineProps {
  readonly name: string | undefined;
  readonly isLast: boolean;
  readonly children: ComponentChildren;
}

function Line({ name, isLast, children }: LineProps): JSX.Element {
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
