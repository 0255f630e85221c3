import { isUtf8 } from 'node:buffer';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { TextFile } from 'lowdb/node';
import { UnderstudyError } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import type { Backend, Call, Operation, Result } from '../../core/operation.js';
import type { Redact } from '../../core/redact.js';
import { createFileRecorder, type RecordedFile } from './file.js';
import { type Cassette, type RecordedAnswer, type RecordedStep, toRecordedInput } from './format.js';
import type { Scrub } from './scrub.js';

export interface RecordOptions {
  readonly file: string;
  readonly program: string;
  readonly upstream: string;
  readonly recorded: string;
  /** The name that identifies an operation in the cassette. */
  readonly nameOf: (operation: Operation) => string;
  readonly redact: Redact;
  /** Absent: texts are recorded unchanged, except for secrets. */
  readonly scrub?: Scrub | undefined;
  readonly log: Log;
  readonly maxSteps?: number;
}

/** A backend that records the results of another backend. */
export interface Recorder extends Backend {
  /** Writes the steps that are not in the file yet. */
  flush(): Promise<void>;
}

/** Bounds memory and disk use when a recorder is left running. */
const MAX_STEPS = 10_000;
const WRITE_DELAY_MS = 200;

const RECORDED_HEADERS = /^(?:content-type|location|retry-after|twilio-request-id)$/;

/**
 * Records every result of a backend in a cassette file. The file is a valid cassette at any moment.
 * @throws UnderstudyError when the file already exists (a recording is never overwritten) or cannot be written
 */
export function createRecorder(backend: Backend, options: RecordOptions): Recorder {
  const { file, nameOf, redact, scrub, log, maxSteps = MAX_STEPS } = options;
  createFile(options);
  const target = new TextFile(file);
  const steps: string[] = [];
  let timer: NodeJS.Timeout | undefined;

  const recordFile = createFileRecorder(scrub === undefined);

  function recordStep(call: Call, result: Result, recordedFile?: RecordedFile): void {
    if (steps.length >= maxSteps) return;
    const operation = nameOf(call.operation);
    const step = { operation, input: toRecordedInput(call), answer: toRecordedAnswer(result, recordedFile) };
    steps.push(redact(toIndentedJson(scrub?.(step) ?? step)));
    if (steps.length === maxSteps) {
      log.error({ file }, `Recording stopped: ${file} has reached the limit of ${maxSteps} steps`);
    }
    timer ??= setTimeout(() => void flush().catch(logWriteError), WRITE_DELAY_MS);
  }

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    await target.write(cassetteText(options, steps));
  }

  function logWriteError(error: unknown): void {
    log.error({ err: error, file }, `Cannot write the cassette ${file}; the next recorded step tries again`);
  }

  return {
    async answer(call) {
      const result = withBytesAsFile(await backend.answer(call));
      const { content } = result;
      if (content === undefined) {
        recordStep(call, result);
        return result;
      }
      return { ...result, content: recordFile(content, (recordedFile) => recordStep(call, result, recordedFile)) };
    },
    flush,
  };
}

/** A body that is not text is recorded as a file is. */
function withBytesAsFile(result: Result): Result {
  const latin1 = result.body?.latin1;
  if (latin1 === undefined) return result;
  const bytes = Buffer.from(latin1, 'latin1');
  if (isUtf8(bytes)) return result;
  const open = () => Readable.from([bytes], { objectMode: false });
  return { ...result, body: null, content: { size: bytes.length, open } };
}

/** Creates the file before the first call, so that nothing is sent that cannot be recorded. */
function createFile(options: RecordOptions): void {
  const { file } = options;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, cassetteText(options, []), { flag: 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === 'EEXIST' ? 'the file already exists. Move it, or choose another file with --cassette.' : message;
    throw new UnderstudyError('UNDERSTUDY_BAD_OPTION', `Cannot record the cassette ${file}: ${reason}`, {
      cause: error,
    });
  }
}

function toRecordedAnswer({ status, headers, body }: Result, recordedFile?: RecordedFile): RecordedAnswer {
  const recorded = Object.fromEntries(Object.entries(headers).filter(([name]) => RECORDED_HEADERS.test(name)));
  if (recordedFile !== undefined) return { status, headers: recorded, file: recordedFile };
  return body === null ? { status, headers: recorded } : { status, headers: recorded, body: body.value };
}

function toIndentedJson(step: RecordedStep): string {
  return JSON.stringify(step, null, 2).replaceAll(/^/gm, '    ');
}

/** Assembles the file from the JSON text of each step, so that a step is serialized only once. */
function cassetteText({ program, upstream, recorded, scrub }: RecordOptions, steps: readonly string[]): string {
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
