import type { Json, JsonObject } from '../../core/body.js';
import type { Operation } from '../../core/operation.js';
import { describeError } from '../model/failure.js';
import { isObject } from '../model/paths.js';
import type { Answer, Published, Target } from '../model/target.js';

/** Remembers the settings of the account, and restores what a scenario changed. */
export interface SettingsRestore {
  /** Notes settings that a response shows, and updates of them. */
  track(operation: Operation, answer: Answer): void;
  /** Returns what could not be restored. */
  run(signal: AbortSignal): Promise<string[]>;
}

/** A duration that removes a timer (Twilio's support article). */
const NO_TIMER = 'PT0S';

export function createSettingsRestore({ fields }: Published, target: Target): SettingsRestore {
  const before = new Map<string, JsonObject>();
  const changed = new Map<string, Operation>();

  return {
    track(operation, { status, body }) {
      const { scope, verb, noun, path } = operation;
      if (scope !== 'account' || path.includes('{') || status !== 200 || !isObject(body)) return;
      if (verb === 'fetch' && !before.has(noun)) before.set(noun, body);
      if (verb === 'update') changed.set(noun, operation);
    },
    async run(signal) {
      const problems: string[] = [];
      for (const [noun, operation] of changed) {
        const body = formOf(before.get(noun) ?? {}, fields(operation.name) ?? []);
        if (Object.keys(body).length === 0) continue;
        try {
          const { status } = await target.call(operation, { body }, signal);
          if (status >= 300) problems.push(`${noun}, not restored: HTTP ${status}`);
        } catch (error) {
          problems.push(`${noun}, not restored: ${describeError(error)}`);
        }
      }
      changed.clear();
      return problems;
    },
  };
}

/** The form that sets the values of a response again. */
function formOf(values: JsonObject, fields: readonly string[]): Record<string, Json> {
  const entries = fields.flatMap((field): [string, Json][] => {
    const value = values[field.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase()];
    return value === undefined ? [] : [[field, formValue(field, value)]];
  });
  return Object.fromEntries(entries);
}

function formValue(field: string, value: Json): Json {
  if (value === null) return field.endsWith('Timer') ? NO_TIMER : '';
  return Array.isArray(value) && value.length === 0 ? '' : value;
}
