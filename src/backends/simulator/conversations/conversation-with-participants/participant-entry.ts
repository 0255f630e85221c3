/** A value of `Participant`: the JSON text of an object in snake case, read as the form of a new participant. */
import { isJsonObject, type JsonObject } from '../../../../core/body.js';
import type { Form } from '../../../../core/operation.js';
import { readFields, type FormOf } from '../../kernel/fields.js';
import { newParticipantForm } from '../participant/participant.js';
import { refuse } from '../refusals.js';

export type ParticipantForm = FormOf<typeof newParticipantForm>;

/** @throws TwilioError 50424 unless each text is a JSON object */
export function checkEntries(texts: readonly string[]): void {
  for (const text of texts) formOf(objectOf(text));
}

/** Unknown keys are ignored (inferred). @throws TwilioError 50424 for text that is not a JSON object, else as for a participant */
export function participantFormOf(text: string): ParticipantForm {
  return readFields(newParticipantForm, formOf(objectOf(text)));
}

function objectOf(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse(50424);
  }
  if (!isJsonObject(value)) throw refuse(50424);
  return value;
}

function formOf(entry: JsonObject): Form {
  const binding = entry['messaging_binding'];
  if (binding !== undefined && binding !== null && !isJsonObject(binding)) throw refuse(50424);
  const values = {
    Identity: entry['identity'],
    Attributes: entry['attributes'],
    RoleSid: entry['role_sid'],
    'MessagingBinding.Address': binding?.['address'],
    'MessagingBinding.ProxyAddress': binding?.['proxy_address'],
    'MessagingBinding.ProjectedAddress': binding?.['projected_address'],
  };
  const form = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === null) continue;
    form.set(name, [typeof value === 'string' ? value : JSON.stringify(value)]);
  }
  return form;
}
