/** A message from a content template. Templates belong to another Twilio product, so only the form is checked. */
import { isSid } from '../../kernel/sid.js';
import { refuse } from '../refusals.js';

// From the dictionary's entries for the refusals; lengths in characters.
const MAX_VARIABLES_LENGTH = 27_801;
const MAX_VARIABLES = 100;
const MAX_KEY_LENGTH = 16;
const MAX_VALUE_LENGTH = 256;

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

/** Accepts the JSON text of an object with string values, within the dictionary's limits. */
function checkVariables(text: string): void {
  if (text.length > MAX_VARIABLES_LENGTH) throw refuse(50529);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw refuse(50527);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw refuse(50527);
  const entries = Object.entries(parsed);
  if (entries.length > MAX_VARIABLES) throw refuse(50529);
  for (const [key, value] of entries) {
    if (key.length > MAX_KEY_LENGTH) throw refuse(50540);
    if (typeof value !== 'string') throw refuse(50527);
    if (value.length > MAX_VALUE_LENGTH) throw refuse(50541);
  }
}
