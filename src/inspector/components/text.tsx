import type { JSX } from 'preact';
import { href } from './route.js';

/** Characters that turn text around or cannot be seen: a message may carry them to look like something else. */
const TRICKS = /((?![\t\n\r])[\p{Cc}\u00AD\u180E\u200B\u202A-\u202E\u2060\u2066-\u2069\uFEFF])/u;

/** Somebody else's text: shown as it is, apart from its surroundings, its hidden characters by their number. */
export function Text({ value, class: name }: { readonly value: string; readonly class?: string }): JSX.Element {
  return (
    <bdi dir="auto" class={name}>
      {value.split(TRICKS).map((part, i) =>
        i % 2 === 0 ? (
          part
        ) : (
          <span class="trick" title="A character that cannot be seen">
            {numberOf(part)}
          </span>
        ),
      )}
    </bdi>
  );
}

function numberOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** The kinds of record that a world keeps. */
const SID = /^(?:IS|RL|US|BS|ME|CH|MB|IM|DY|WH)[0-9a-f]{32}$/;

export function isSid(text: string): boolean {
  return SID.test(text);
}

/** A SID, shortened, that leads to its record. */
export function Sid({ value }: { readonly value: string }): JSX.Element {
  return (
    <a class="sid" href={href(`records/${value}`)} title={value}>
      {value.slice(0, 6)}…{value.slice(-4)}
    </a>
  );
}
