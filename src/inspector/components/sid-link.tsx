import type { JSX } from 'preact';
import { href } from '../data/route.js';

/** The SID prefixes of the records that a world stores. */
const RECORD_SID = /^(?:IS|RL|US|BS|ME|CH|MB|IM|DY|WH|IG|CR)[0-9a-f]{32}$/;

export function isRecordSid(text: string): boolean {
  return RECORD_SID.test(text);
}

/** E.g. `CH5e00…00e1`. */
export const shortSid = (sid: string): string => `${sid.slice(0, 6)}…${sid.slice(-4)}`;

/** A shortened SID that links to its record. */
export function SidLink({ value }: { readonly value: string }): JSX.Element {
  return (
    <a class="sid" href={href(`records/${value}`)} title={value}>
      {shortSid(value)}
    </a>
  );
}
