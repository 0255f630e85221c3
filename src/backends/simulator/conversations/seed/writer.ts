/** The writes of a seed: ordinary calls, whose refusals become errors with file, line and field. */
import { UnderstudyError } from '../../../../core/errors.js';
import type { Call, Caller, Input, Scope, Verb } from '../../../../core/operation.js';
import type { JsonObject } from '../../../../core/body.js';
import type { Reply } from '../../kernel/handler.js';
import { TwilioError } from '../../kernel/twilio-error.js';
import type { World } from '../../kernel/world.js';
import type { BindVerb, UnknownField } from '../bind.js';
import type { Seed, SeedEntry, SeedPath } from './format.js';

export type Answer = (world: World, call: Call, givenSid?: string) => Reply;

interface WriteOptions {
  readonly givenSid?: string | undefined;
  /** Within a service by default. */
  readonly scope?: Scope;
}

const caller: Caller = { surface: 'engine', origin: 'http://localhost' };
/** Keys that are not Twilio's form fields begin in lower case. */
const isField = (key: string): boolean => /^[A-Z]/.test(key);

/** In entries: about a tenth of a second. */
const PROGRESS_INTERVAL = 1000;

export class SeedWriter {
  readonly #givenSids = new Set<string>();
  #written = 0;

  constructor(
    readonly world: World,
    readonly seed: Seed,
    readonly bind: BindVerb,
    readonly unknownField: UnknownField,
    readonly answer: Answer,
    readonly onProgress: (written: number, size: number) => void = () => undefined,
  ) {}

  /** @returns the SID of the created record */
  create(noun: string, parents: Input, entry: SeedEntry, path: SeedPath): string {
    this.claimSid(entry.sid, path);
    const sid = this.call('create', noun, { ...parents, body: fieldsOf(entry) }, path, { givenSid: entry.sid })?.[
      'sid'
    ];
    if (typeof sid !== 'string') throw new Error(`The response to create ${noun} has no SID`);
    this.#written += 1;
    if (this.#written % PROGRESS_INTERVAL === 0) this.onProgress(this.#written, this.seed.size);
    return sid;
  }

  claimSid(sid: string | undefined, path: SeedPath): void {
    if (sid === undefined) return;
    if (this.#givenSids.has(sid)) throw this.seed.errorAt([...path, 'sid'], `${sid} is given twice`);
    this.#givenSids.add(sid);
  }

  call(verb: Verb, noun: string, input: Input, path: SeedPath, options: WriteOptions = {}): JsonObject | null {
    const call = this.#bound(verb, noun, input, path, options.scope);
    try {
      return (this.answer(this.world, call, options.givenSid).body?.value ?? null) as JsonObject | null;
    } catch (error) {
      if (!(error instanceof TwilioError)) throw error;
      throw this.seed.errorAt(path, `Twilio would refuse this: ${error.code} ${error.message}`);
    }
  }

  #bound(verb: Verb, noun: string, input: Input, path: SeedPath, scope?: Scope): Call {
    try {
      const { call, ignored } = this.bind(verb, noun, input, caller, scope);
      const [unknown] = ignored;
      if (unknown === undefined) return call;
      // A field is at a different path in the file if it is nested than if it is written with dots.
      const fieldPath = Object.hasOwn(input['body'] as object, unknown) ? [unknown] : unknown.split('.');
      throw this.seed.errorAt([...path, ...fieldPath], this.unknownField(call.operation, unknown).message);
    } catch (error) {
      if (!(error instanceof UnderstudyError) || error.name === 'UNDERSTUDY_BAD_SEED') throw error;
      throw this.seed.errorAt(path, error.message);
    }
  }

  /** Updates a resource without a SID. */
  configure(noun: string, parents: Input, entry: SeedEntry | undefined, path: SeedPath, scope?: Scope): void {
    if (entry === undefined) return;
    this.call('update', noun, { ...parents, body: fieldsOf(entry) }, path, scope === undefined ? {} : { scope });
  }
}

function fieldsOf(entry: SeedEntry): Input {
  return Object.fromEntries(Object.entries(entry).filter(([key]) => isField(key)));
}
