import { UnderstudyError } from '../../../core/errors.js';
import type { Operation, Scope, Verb } from '../../../core/operation.js';
import type { Context } from './context.js';
import type { Receiver, WorldEvent } from './event.js';
import type { Handler } from './handler.js';
import type { AnyTable, Setting, WorldSchema } from './schema.js';
import type { Due } from './timeline.js';
import type { TwilioError } from './twilio-error.js';
import type { World } from './world.js';

/** One resource of a product: the operations it answers, and what a world stores for it. */
export interface Resource {
  /** As in `Operation.noun`, e.g. `Conversations/Messages`. */
  readonly noun: string;
  /** The URL of the API that serves it, if it is not that of the product. */
  readonly baseUri?: string;
  /** The scopes in which it is served. */
  readonly scopes: readonly Scope[];
  readonly handlers: Readonly<Partial<Record<Verb, Handler>>>;
  /** Descriptions of its parameters and form fields, for schemas and documents. */
  readonly descriptions?: Readonly<Record<string, string>> | undefined;
  readonly table?: AnyTable | undefined;
  readonly settings?: readonly Setting<unknown>[] | undefined;
  /** The next thing that happens to one of its records as time passes. */
  readonly nextDue?: ((world: World) => Due | undefined) | undefined;
}

/** The webhooks of a product. */
export interface ProductWebhooks {
  /** The webhooks that an event goes to, in order of delivery. */
  receivers(world: World, event: WorldEvent): readonly Receiver[];
  /** The webhook that may change or reject an action. */
  preHook(ctx: Context, eventType: string): Receiver | undefined;
  /** The refusal of an action that the webhook rejected. */
  rejected(): TwilioError;
}

export interface ProductDefinition {
  /** The URL of the API that serves its resources, as in `Operation.baseUri`. Operations of another API are not served. */
  readonly baseUri: string;
  /** Parents before children: a saved world is read back in this order. */
  readonly resources: readonly Resource[];
  /** Record fields for path placeholders that are not named like their field. */
  readonly placeholders?: Readonly<Record<string, string>>;
  readonly webhooks?: ProductWebhooks;
  /** Adds what every world has. Called before a world answers its first call; does nothing the second time. */
  prepare?(world: World): void;
}

/** A simulated product, as the kernel sees it. */
export interface Product extends ProductDefinition {
  readonly schema: WorldSchema;
  prepare(world: World): void;
  nextDue(world: World): Due | undefined;
}

export function defineProduct(definition: ProductDefinition): Product {
  const { resources } = definition;
  const sources = resources.flatMap(({ nextDue }) => nextDue ?? []);
  return {
    prepare: () => undefined,
    ...definition,
    schema: {
      tables: resources.flatMap(({ table }) => table ?? []),
      settings: resources.flatMap(({ settings }) => settings ?? []),
    },
    nextDue(world) {
      let first: Due | undefined;
      for (const source of sources) {
        const due = source(world);
        if (due !== undefined && (first === undefined || due.at < first.at)) first = due;
      }
      return first;
    },
  };
}

/** The handler of an operation; undefined if no resource of the product answers it. */
export function findHandler(product: ProductDefinition, operation: Operation): Handler | undefined {
  const { baseUri, noun, verb, scope } = operation;
  const isIt = (each: Resource): boolean =>
    each.noun === noun && each.scopes.includes(scope) && (each.baseUri ?? product.baseUri) === baseUri;
  return product.resources.find(isIt)?.handlers[verb];
}

/** Whether the product has resources of the API that an operation belongs to. */
export function simulatesApi({ baseUri, resources }: ProductDefinition, operation: Operation): boolean {
  return operation.baseUri === baseUri || resources.some((each) => each.baseUri === operation.baseUri);
}

/** Finds the handler of each operation, once. @throws UnderstudyError for an operation that no resource answers */
export function createRouter(product: Product, operations: readonly Operation[]): (operation: Operation) => Handler {
  const find = (operation: Operation) => findHandler(product, operation);
  const handlers = new Map(operations.map((operation) => [operation, find(operation)]));
  return (operation) => {
    const handler = handlers.get(operation) ?? find(operation);
    if (handler !== undefined) return handler;
    const { id, baseUri, noun, verb, scope } = operation;
    throw new UnderstudyError(
      'UNDERSTUDY_NOT_SIMULATED',
      `The simulator does not answer \`${id}\`: it has no handler to ${verb} ${noun} of ${baseUri} in scope ${scope}. ` +
        'Use live or replay mode for this operation; `understudy capability validate` lists what is simulated.',
    );
  };
}
