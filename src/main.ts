#!/usr/bin/env node
import { writeFileSync } from 'node:fs';
import module from 'node:module';
import { CommanderError } from 'commander';
import { readCommandLine, type Task } from './cli/command-line.js';
import { UnderstudyError } from './core/errors.js';

/** Only what a command needs is loaded: `--help` must not wait for the simulator. */
async function run(task: Task): Promise<void> {
  switch (task.name) {
    case 'serve': {
      const { serve } = await import('./cli/serve.js');
      return serve(task.settings, stopOnSignal);
    }
    case 'mcp': {
      const { speakMcp } = await import('./cli/serve.js');
      await speakMcp(task.settings, stopOnSignal);
      process.exit(0);
    }
    case 'contract':
    case 'record':
      return compare(task);
    case 'control': {
      const { runControl } = await import('./cli/control.js');
      process.stdout.write(await runControl(task.settings));
      return;
    }
    case 'exec': {
      const { runExec } = await import('./cli/exec.js');
      process.exit(await runExec(task.settings, task.env));
    }
    case 'validate': {
      const { validateCapability } = await import('./capability/validate.js');
      const { output, exitCode } = validateCapability(task.file, task);
      process.stdout.write(output);
      process.exitCode = exitCode;
      return;
    }
    case 'generate': {
      const { generateSeed } = await import('./backends/simulator/conversations/seed/generate.js');
      const { out, ...what } = task;
      const text = generateSeed(what);
      if (out === undefined) process.stdout.write(text);
      else writeFileSync(out, text);
    }
  }
}

/** The first signal ends the run in good order, so that what was made is removed; a second one does not wait. */
async function compare({ name, settings }: Extract<Task, { name: 'contract' | 'record' }>): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(COULD_NOT_RUN);
      stop.abort(new Error('interrupted'));
    });
  }
  if (name === 'contract') {
    const { runContract } = await import('./cli/contract/contract.js');
    process.exit(await runContract(settings, stop.signal));
  }
  const { runRecord } = await import('./cli/contract/record.js');
  process.exit(await runRecord(settings, stop.signal));
}

/** What a contract run ends with when it says nothing about agreement: 1 means that the sides differ. */
const COULD_NOT_RUN = 2;

/** The first signal lets requests in flight finish; a second one does not wait for them. */
function stopOnSignal(close: () => Promise<void>): void {
  let stopping = false;
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(128 + number);
      stopping = true;
      close().then(() => process.exit(0), fail);
    });
  }
}

function fail(error: unknown): never {
  if (error instanceof CommanderError && error.exitCode === 0) process.exit(0);
  process.stderr.write(`understudy: ${lineOf(error)}\n`);
  process.exit(/^(?:contract|record)$/.test(process.argv[2] ?? '') ? COULD_NOT_RUN : 1);
}

/** One line that says what to do; the stack only for what is our own fault. */
function lineOf(error: unknown): string {
  if (error instanceof CommanderError && error.code === 'commander.help') return 'a command is missing: see --help';
  if (error instanceof CommanderError) return error.message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ');
  if (error instanceof UnderstudyError) return `${error.message} (${error.name})`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

// Node 22 and later can keep what they compiled for the next start; what is loaded from here on is nearly everything.
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();

// Whoever read our output may be gone; that is no reason to stop serving.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

try {
  await run(readCommandLine(process.argv.slice(2)));
} catch (error) {
  fail(error);
}
