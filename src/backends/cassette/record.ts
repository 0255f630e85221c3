import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { TextFile } from 'lowdb/node';
import { UnderstudyError } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import type { Backend, Call, Result } from '../../core/operation.js';
import type { Redact } from '../../core/redact.js';
import { type Cassette, recordedInputOf, type RecordedAnswer, type RecordedStep } from './format.js';
import type { Scrub } from './scrub.js';

export interface RecordOptions {
  readonly file: string;
  readonly program: string;
  readonly upstream: string;
  readonly recorded: string;
  readonly redact: Redact;
  /** Absent: what was said is kept as it is, but for secrets. */
  readonly scrub?: Scrub | undefined;
  readonly log: Log;
  readonly mostSteps?: number;
}

/** A backend that keeps what another one answers. */
export interface Recorder extends Backend {
  /** Writes what is not yet in the file. */
  flush(): Promise<void>;
}

/** So that a recorder that was forgotten fills neither memory nor disk. */
const MOST_STEPS = 10_000;
const PAUSE = 200;

const KEPT_HEADERS = /^(?:content-type|retry-after|twilio-request-id)$/;

/**
 * Records every answer of a backend into a cassette file, which is whole at any moment.
 * @throws UnderstudyError when the file exists, as a recording is not made twice by mistake, or cannot be written.
 */
export function createRecorder(backend: Backend, options: RecordOptions): Recorder {
  const { file, redact, scrub, log, mostSteps = MOST_STEPS } = options;
  begin(options);
  const target = new TextFile(file);
  const steps: string[] = [];
  let timer: NodeJS.Timeout | undefined;

  function keep(call: Call, result: Result): void {
    if (steps.length >= mostSteps) return;
    const step = { operation: call.operation.name, input: recordedInputOf(call), answer: recordedAnswerOf(result) };
    steps.push(redact(indented(scrub?.(step) ?? step)));
    if (steps.length === mostSteps) log.error({ file }, `${file} has ${mostSteps} steps: no more are recorded`);
    timer ??= setTimeout(() => void flush().catch(complain), PAUSE);
  }

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    await target.write(textOf(options, steps));
  }

  function complain(error: unknown): void {
    log.error({ err: error, file }, `${file} cannot be written`);
  }

  return {
    async answer(call) {
      const result = await backend.answer(call);
      keep(call, result);
      return result;
    },
    flush,
  };
}

/** Before anything is asked: what cannot be kept should not be recorded. */
function begin(options: RecordOptions): void {
  const { file } = options;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, textOf(options, []), { flag: 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EEXIST' ? `${file} exists: move it away, or choose another file by --cassette` : message;
    throw new UnderstudyError('UNDERSTUDY_BAD_OPTION', `the cassette cannot be recorded: ${why}`, { cause: error });
  }
}

function recordedAnswerOf({ status, headers, body }: Result): RecordedAnswer {
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => KEPT_HEADERS.test(name)));
  return body === null ? { status, headers: kept } : { status, headers: kept, body: body.value };
}

function indented(step: RecordedStep): string {
  return JSON.stringify(step, null, 2).replaceAll(/^/gm, '    ');
}

/** By hand, as each step's text was made once, when it came. */
function textOf({ program, upstream, recorded, scrub }: RecordOptions, steps: readonly string[]): string {
  const head: Omit<Cassette, 'steps'> = {
    format: 'twilio-understudy cassette',
    version: 1,
    madeBy: { program, upstream },
    recorded,
    scrubbed: scrub !== undefined,
  };
  const list = steps.length === 0 ? '[]' : `[\n${steps.join(',\n')}\n  ]`;
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "steps": ${list}\n}\n`;
}
