import type { JSX } from 'preact';

/** Bidirectional overrides and invisible characters, which can make a text look like a different one. */
const HIDDEN_CHARACTERS = /((?![\t\n\r])[\p{Cc}\u00AD\u180E\u200B\u202A-\u202E\u2060\u2066-\u2069\uFEFF])/u;

/** Untrusted text, isolated from the direction of its surroundings. Hidden characters show as code points. */
export function Text({ value, class: name }: { readonly value: string; readonly class?: string }): JSX.Element {
  return (
    <bdi dir="auto" class={name}>
      {value.split(HIDDEN_CHARACTERS).map((part, i) =>
        i % 2 === 0 ? (
          part
        ) : (
          <span class="hidden-character" title="Invisible character">
            {codePointOf(part)}
          </span>
        ),
      )}
    </bdi>
  );
}

function codePointOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
