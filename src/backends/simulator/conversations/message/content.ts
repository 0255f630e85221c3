/** A message by content template: the template itself lives in another Twilio product, only the form is checked here. */
import { isSid } from '../../kernel/sid.js';
import { refuse } from '../../kernel/twilio-error.js';

// From the dictionary's entries of their refusals.
const LONGEST_VARIABLES = 27_801;
const MOST_VARIABLES = 100;
const LONGEST_KEY = 16;
const LONGEST_VALUE = 256;

export function checkContent(
  contentSid: string | undefined,
  variables: string | undefined,
): { contentSid: string | null; contentVariables: string | null } {
  if (contentSid === undefined || contentSid === '') {
    if (variables !== undefined && variables !== '') throw refuse(50528);
    return { contentSid: null, contentVariables: null };
  }
  if (!isSid(contentSid, 'HX')) throw refuse(50526);
  if (variables !== undefined) checkVariables(variables);
  return { contentSid, contentVariables: variables ?? null };
}

/** JSON text of an object of texts, with the dictionary's limits. */
function checkVariables(text: string): void {
  if (text.length > LONGEST_VARIABLES) throw refuse(50529);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw refuse(50527);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw refuse(50527);
  const entries = Object.entries(parsed);
  if (entries.length > MOST_VARIABLES) throw refuse(50529);
  for (const [key, value] of entries) {
    if (key.length > LONGEST_KEY) throw refuse(50540);
    if (typeof value !== 'string') throw refuse(50527);
    if (value.length > LONGEST_VALUE) throw refuse(50541);
  }
}
