import type { JSX } from 'preact';
import { HIDDEN_CHARACTERS } from './hidden-characters.js';

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
