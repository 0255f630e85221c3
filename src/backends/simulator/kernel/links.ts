import type { Operation, Scope, Verb } from '../../../core/operation.js';

/** A path split at its placeholders. */
interface Template {
  readonly literals: readonly string[];
  /** The record field for each placeholder. */
  readonly fields: readonly string[];
}

type Templates = Partial<Record<Scope, Partial<Record<Verb, Template>>>>;

/** The paths of a product's operations, filled in from records. */
export class Links {
  readonly #templates = new Map<string, Templates>();

  /** @param fields the record field for each placeholder that is not named like its field, e.g. `{WidgetSid}` and `widgetSid` */
  constructor(operations: readonly Operation[], fields: Readonly<Record<string, string>> = {}) {
    for (const { noun, scope, verb, path } of operations) {
      const templates = this.#templates.get(noun) ?? {};
      this.#templates.set(noun, templates);
      (templates[scope] ??= {})[verb] = templateOf(path, fields);
    }
  }

  /**
   * The path of an operation. A placeholder for which the record has no field stands for the record itself: a message's
   * receipts are below `{MessageSid}`, and a message has a `sid` but no `messageSid`.
   * @throws Error when no operation has this noun, scope and verb
   */
  path(verb: Verb, noun: string, scope: Scope, record: object): string {
    const template = this.#templates.get(noun)?.[scope]?.[verb];
    if (template === undefined) throw new Error(`The capability has no operation to ${verb} ${noun} in scope ${scope}`);
    const { literals, fields } = template;
    const values = record as Readonly<Record<string, string | undefined>>;
    let path = literals[0] ?? '';
    for (let i = 0; i < fields.length; i += 1) {
      path += (values[fields[i] ?? ''] ?? values['sid'] ?? '') + (literals[i + 1] ?? '');
    }
    return path;
  }
}

function templateOf(path: string, fields: Readonly<Record<string, string>>): Template {
  return {
    literals: path.split(/\{[^}]+\}/),
    fields: Array.from(path.matchAll(/\{([^}]+)\}/g), ([, name = '']) => fields[name] ?? lowerFirst(name)),
  };
}

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
