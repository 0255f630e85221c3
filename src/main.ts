#!/usr/bin/env node
import module from 'node:module';
import { CommanderError } from 'commander';
import { caCommands } from './cli/ca.js';
import { validate } from './cli/capability.js';
import { readCommandLine } from './cli/command-line.js';
import { contract, record } from './cli/contract/commands.js';
import { config } from './cli/config.js';
import { control } from './cli/control.js';
import { checkData, repairData } from './cli/data.js';
import { exec } from './cli/exec.js';
import { reportFailure } from './cli/failure.js';
import { mcp } from './cli/mcp.js';
import { init } from './cli/init.js';
import { generate } from './cli/seed.js';
import { serve } from './cli/serve.js';
import { status } from './cli/status.js';
import { stop } from './cli/stop.js';
import { token } from './cli/token.js';
import { tail } from './cli/tail.js';
import { wait } from './cli/wait.js';

const commands = [
  serve,
  mcp,
  control,
  exec,
  token,
  tail,
  wait,
  status,
  stop,
  init,
  config,
  contract,
  record,
  validate,
  generate,
  ...caCommands,
  checkData,
  repairData,
];

// Node 22 and later cache the compiled code of what is loaded from here on, which is nearly everything.
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();

// The reader of our output may exit first. That must not stop a server.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const args = process.argv.slice(2);
try {
  const { command, settings } = readCommandLine(args, commands);
  const exitCode = await command.run(settings);
  if (exitCode !== undefined) process.exit(exitCode);
} catch (error) {
  // Help and version.
  if (error instanceof CommanderError && error.exitCode === 0) process.exit(0);
  reportFailure(error);
  process.exit(commands.find(({ name }) => name === args[0])?.failureCode ?? 1);
}
