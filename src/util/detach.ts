/**
 * A copy of a text that was cut from a longer one. V8 represents a substring of 13 characters or more as a reference into
 * the whole text, so a kept value of a few characters would keep a request body of 1 MiB in memory. Concatenating makes a
 * new text when it is cut again.
 */
export function detach(text: string): string {
  return text.length < MIN_SLICE_LENGTH ? text : ` ${text}`.slice(1);
}

/** Shorter substrings are copies anyway. */
const MIN_SLICE_LENGTH = 13;
