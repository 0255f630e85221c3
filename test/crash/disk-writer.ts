import type { Simulator } from '../../src/backends/simulator/simulator.js';
import { UnderstudyError } from '../../src/core/errors.js';
import { ACCOUNT, binding, ORIGIN } from '../helpers/simulator.js';
import type { Random } from './writer.js';

/** The names of a writer's records, by SID. */
type State = ReadonlyMap<string, string>;

interface Write {
  readonly kind: 'create' | 'update' | 'delete';
  /** Unknown for a create that was not acknowledged. */
  sid: string | undefined;
  /** Unique, so that files can be searched for it. */
  readonly name: string;
  outcome: 'pending' | 'acknowledged' | 'refused';
  /** How many writes of all writers had been acknowledged in this process when it was refused. */
  refusedAt?: number;
}

/** Counts the acknowledged writes of all writers, in each process. */
const clocks = new WeakMap<Simulator, { acknowledged: number }>();

/**
 * Writes its own records, one write at a time. After a crash, what is found must be its state after some number of its
 * writes: at least after all that were certain to survive. A write that was refused must not be found. If everything
 * crashed before another write succeeded, it may be: until then, nothing tells whether the disk kept it.
 */
export class DiskWriter {
  #state: State = new Map();
  #writes: Write[] = [];
  #count = 0;
  acknowledged = 0;
  refused = 0;
  #simulator: Simulator | undefined;
  /** The texts on the disk that survive; undefined if every acknowledged write survives. */
  #surviving: string | undefined;

  constructor(
    readonly name: string,
    /** Services are created with their roles, in one write. Users can be updated. */
    readonly noun: 'service' | 'user',
    readonly random: Random,
  ) {}

  async write(simulator: Simulator, count: number): Promise<void> {
    this.#simulator = simulator;
    const clock = clocks.get(simulator) ?? { acknowledged: 0 };
    clocks.set(simulator, clock);
    for (let i = 0; i < count; i += 1) {
      const write = this.#choose();
      this.#writes.push(write);
      try {
        const { sid } = await this.#send(simulator, write);
        write.sid ??= sid;
        write.outcome = 'acknowledged';
        clock.acknowledged += 1;
        this.acknowledged += 1;
      } catch (error) {
        if (!(error instanceof UnderstudyError) || error.status !== 503) throw error;
        write.outcome = 'refused';
        write.refusedAt = clock.acknowledged;
        this.refused += 1;
      }
    }
  }

  async #send(simulator: Simulator, { kind, sid, name }: Write): Promise<{ sid?: string }> {
    const body = {
      ...(kind !== 'delete' && { FriendlyName: name }),
      ...(kind === 'create' && this.noun === 'user' && { Identity: name }),
    };
    const input = { ...(sid !== undefined && { Sid: sid }), ...(kind !== 'delete' && { body }) };
    const caller = { surface: 'engine', origin: ORIGIN, account: ACCOUNT } as const;
    const result = await simulator.answer(binding.bind(`${kind}${this.noun}`, input, caller).call);
    if (result.status >= 300) throw new Error(`${kind} was refused with ${result.status}: ${result.body?.text}`);
    return (result.body?.value ?? {}) as { sid?: string };
  }

  #choose(): Write {
    const sids = [...this.#current().keys()];
    const sid = sids[Math.floor(this.random() * sids.length)];
    const name = `${this.name}-${(this.#count += 1)}-${'x'.repeat(Math.floor(this.random() ** 3 * 200))}`;
    const choice = this.random();
    if (sid === undefined || choice < 0.6) return { kind: 'create', sid: undefined, name, outcome: 'pending' };
    return { kind: choice < 0.85 && this.noun === 'user' ? 'update' : 'delete', sid, name, outcome: 'pending' };
  }

  #current(): State {
    return this.#writes.filter(({ outcome }) => outcome === 'acknowledged').reduce(applyWrite, this.#state);
  }

  /** @param surviving see `#surviving` */
  crash(surviving: string | undefined): void {
    this.#surviving = surviving;
  }

  /** Compares what was found after a crash with what may be found, and continues from there. */
  check(all: State): string[] {
    const found = new Map([...all].filter(([, name]) => name.startsWith(`${this.name}-`)));
    const writes = this.#writes.filter(({ outcome }) => outcome !== 'refused');
    const certain = this.#countCertain(writes);
    const apply = (state: State, write: Write): State =>
      applyWrite(state, { ...write, sid: write.sid ?? sidOf(found, write.name) });
    let state = this.#state;
    let isExplained = certain === 0 && isSame(state, found);
    for (const [i, write] of writes.entries()) {
      if (write.outcome === 'pending')
        isExplained ||= this.#uncertain().some((each) => isSame(apply(state, each), found));
      state = apply(state, write);
      isExplained ||= i + 1 >= certain && isSame(state, found);
    }
    isExplained ||= this.#uncertain().some((each) => isSame(apply(state, each), found));
    const problem = `${this.name} finds ${describe(found)}\n  after ${this.#writes.map(describeWrite).join(', ')}\n  of which ${certain} are certain`;
    this.#state = found;
    this.#writes = [];
    return isExplained ? [] : [problem];
  }

  /** The refused writes of which the disk may have kept one, because no write succeeded after it. */
  #uncertain(): Write[] {
    const acknowledged = this.#simulator && clocks.get(this.#simulator)?.acknowledged;
    return this.#writes.filter(({ outcome, refusedAt }) => outcome === 'refused' && refusedAt === acknowledged);
  }

  #countCertain(writes: readonly Write[]): number {
    const isCertain = ({ name, outcome }: Write): boolean =>
      outcome === 'acknowledged' && this.#surviving?.includes(JSON.stringify(name)) !== false;
    return writes.findLastIndex(isCertain) + 1;
  }
}

function applyWrite(state: State, { kind, sid, name }: Write): State {
  if (sid === undefined) return state;
  const next = new Map(state);
  if (kind === 'delete') next.delete(sid);
  else if (kind === 'create' || next.has(sid)) next.set(sid, name);
  return next;
}

const sidOf = (state: State, name: string): string | undefined => [...state].find(([, each]) => each === name)?.[0];

const isSame = (a: State, b: State): boolean => a.size === b.size && [...a].every(([sid, name]) => b.get(sid) === name);

const describe = (state: State): string =>
  [...state.values()].map((name) => name.replace(/-x*$/, '')).join(' ') || 'nothing';

const describeWrite = ({ kind, name, outcome }: Write): string => `${kind} ${name.replace(/-x*$/, '')} (${outcome})`;
