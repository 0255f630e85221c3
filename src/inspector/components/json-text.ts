import { HIDDEN_CHARACTERS } from './hidden-characters.js';

/** A JSON string in which every character is visible: invisible ones are escaped, as JSON allows. */
export function jsonString(text: string): string {
  return JSON.stringify(text)
    .split(HIDDEN_CHARACTERS)
    .map((part, i) => (i % 2 === 0 ? part : `\\u${part.charCodeAt(0).toString(16).padStart(4, '0')}`))
    .join('');
}
