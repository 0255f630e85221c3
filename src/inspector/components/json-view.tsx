import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { href } from '../data/route.js';
import { CopyButton } from './copy-button.js';
import { jsonString } from './json-text.js';
import { isRecordSid } from './sid-link.js';

/** How many items of an array or object are shown at a time. */
const ITEMS_PER_STEP = 200;

/** Indented, highlighted, valid JSON that can be folded and copied. SIDs link to their records. */
export function JsonView({ value, label }: { readonly value: unknown; readonly label: string }): JSX.Element {
  const isStructured = typeof value === 'object' && value !== null;
  return (
    <div class="json-view">
      {isStructured && <CopyButton what="JSON" label={label} text={() => JSON.stringify(value, null, 2)} />}
      <div class="json" tabIndex={0} role="group" aria-label={label}>
        <Value value={value} name={label} />
      </div>
    </div>
  );
}

interface ValueProps {
  readonly value: unknown;
  /** Names the value in the label of its fold button. */
  readonly name: string;
}

function Value({ value, name }: ValueProps): JSX.Element {
  if (typeof value === 'string') return <StringValue text={value} />;
  if (typeof value !== 'object' || value === null) return <span class="literal">{String(value)}</span>;
  if (Array.isArray(value))
    return <Items name={name} open="[" close="]" items={value.map((item) => [undefined, item])} />;
  return <Items name={name} open="{" close="}" items={Object.entries(value)} />;
}

function StringValue({ text }: { readonly text: string }): JSX.Element {
  if (!isRecordSid(text)) return <bdi class="string">{jsonString(text)}</bdi>;
  return (
    <span class="string">
      "<a href={href(`records/${text}`)}>{text}</a>"
    </span>
  );
}

interface ItemsProps {
  readonly name: string;
  readonly open: string;
  readonly close: string;
  readonly items: readonly (readonly [key: string | undefined, value: unknown])[];
}

function Items({ name, open, close, items }: ItemsProps): JSX.Element {
  const [limit, setLimit] = useState(ITEMS_PER_STEP);
  const [isFolded, setFolded] = useState(false);
  if (items.length === 0) return <span>{`${open}${close}`}</span>;
  const remaining = items.length - limit;
  const toggle = (
    <button
      type="button"
      class="fold"
      aria-expanded={!isFolded}
      aria-label={`${isFolded ? 'Unfold' : 'Fold'} ${name}`}
      onClick={() => setFolded(!isFolded)}
    />
  );
  if (isFolded) {
    return (
      <span>
        {toggle}
        {open}
        <span class="folded">{items.length === 1 ? ' 1 item ' : ` ${items.length.toLocaleString('en')} items `}</span>
        {close}
      </span>
    );
  }
  return (
    <span>
      {toggle}
      {open}
      <span class="indent">
        {items.slice(0, limit).map(([key, value], i) => (
          <Line key={key ?? i} name={key} isLast={i === items.length - 1}>
            <Value value={value} name={key ?? `item ${i + 1}`} />
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
          <bdi class="key">{jsonString(name)}</bdi>:{' '}
        </>
      )}
      {children}
      {isLast ? '' : ','}
    </span>
  );
}
