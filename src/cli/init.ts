import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Option } from 'commander';
import { UnderstudyError } from '../core/errors.js';
import type { CliCommand } from './command.js';
import { filesFor, type Project, testCommand, type TestRunner, testRunners } from './init-files.js';

interface InitSettings {
  readonly folder: string;
  /** Undefined: the one that the project has. */
  readonly test?: TestRunner | undefined;
}

/** `understudy init` */
export const init: CliCommand<InitSettings> = {
  name: 'init',
  description: 'write a config file, a seed and a first test',
  helpGroup: 'Files:',
  examples: ['understudy init', 'understudy init --test vitest'],
  configure(command) {
    const test = new Option('--test <runner>', 'runner of the test (default: that of package.json, else node)');
    command.argument('[folder]', 'folder of the project (default: this one)').addOption(test.choices([...testRunners]));
  },
  readSettings: (command) => ({ ...command.opts<Pick<InitSettings, 'test'>>(), folder: command.args[0] ?? '.' }),
  run({ folder, test }) {
    const { packages, isModule } = readPackage(folder);
    const installed = testRunners.find((runner) => packages.includes(runner));
    const project: Project = { runner: test ?? installed ?? 'node', hasSdk: packages.includes('twilio'), isModule };
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of filesFor(project)) {
      process.stdout.write(`${writeNew(join(folder, name), text) ? 'wrote' : 'kept '}  ${name}\n`);
    }
    const install = packages.includes('twilio-understudy') ? '' : '  npm install --save-dev twilio-understudy\n';
    process.stdout.write(`\nNext:\n${install}  ${testCommand(project)}\n  npx twilio-understudy serve\n`);
    return Promise.resolve(0);
  },
};

/** @returns false if the file exists, which is then left as it is */
function writeNew(file: string, text: string): boolean {
  if (existsSync(file)) return false;
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (cause) {
    throw new UnderstudyError('UNDERSTUDY_BAD_OPTION', `${file} cannot be written: ${(cause as Error).message}`, {
      cause,
    });
  }
  return true;
}

/** The packages that a project names, and whether it is an ES module. Without a package.json, it has none. */
function readPackage(folder: string): { packages: readonly string[]; isModule: boolean } {
  const file = resolve(folder, 'package.json');
  if (!existsSync(file)) return { packages: [], isModule: false };
  try {
    const { type, dependencies, devDependencies } = JSON.parse(readFileSync(file, 'utf8')) as {
      readonly type?: unknown;
      readonly dependencies?: object;
      readonly devDependencies?: object;
    };
    return { packages: Object.keys({ ...dependencies, ...devDependencies }), isModule: type === 'module' };
  } catch (cause) {
    throw new UnderstudyError('UNDERSTUDY_BAD_OPTION', `${file} is not valid JSON: correct it first`, { cause });
  }
}
