import { didYouMean } from '../util/did-you-mean.js';
import { UnderstudyError } from './errors.js';
import type { Operation } from './operation.js';

/** Finds the operations of a product by the names that callers use: an id, or a plain name that only one operation has. */
export class OperationIndex {
  readonly #byId = new Map<string, Operation>();
  readonly #byName = new Map<string, Operation[]>();

  constructor(operations: readonly Operation[]) {
    for (const operation of operations) {
      this.#byId.set(operation.id, operation);
      const sameName = this.#byName.get(operation.name);
      if (sameName === undefined) this.#byName.set(operation.name, [operation]);
      else sameName.push(operation);
    }
  }

  /** Undefined when no operation has the name, and when several have it. */
  find(nameOrId: string): Operation | undefined {
    const operation = this.#byId.get(nameOrId);
    if (operation !== undefined) return operation;
    const sameName = this.#byName.get(nameOrId);
    return sameName?.length === 1 ? sameName[0] : undefined;
  }

  /** @throws UnderstudyError when no operation has the name (with the closest name), and when several have it (with their ids) */
  get(nameOrId: string): Operation {
    const operation = this.find(nameOrId);
    if (operation !== undefined) return operation;
    const given = nameOrId.slice(0, 100).toWellFormed();
    const sameName = this.#byName.get(nameOrId);
    if (sameName !== undefined) {
      const ids = sameName.map(({ id }) => `\`${id}\``).join(' or ');
      const message = `${sameName.length} operations are named \`${given}\`. Call ${ids}.`;
      throw new UnderstudyError('UNDERSTUDY_AMBIGUOUS_OPERATION', message);
    }
    const message = `There is no operation \`${given}\`.${didYouMean(given, this.names())}`;
    throw new UnderstudyError('UNDERSTUDY_UNKNOWN_OPERATION', message);
  }

  /** The shortest name by which `find` returns the operation: its plain name when that is unique, else its id. */
  nameOf({ id, name }: Operation): string {
    return this.#byName.get(name)?.length === 1 && !this.#byId.has(name) ? name : id;
  }

  /** The shortest name of each operation. */
  names(): string[] {
    return [...this.#byId.values()].map((operation) => this.nameOf(operation));
  }
}
