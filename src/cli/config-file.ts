/** `understudy.config.yaml`: values of flags, by their names. */
import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Command, InvalidArgumentError, type Option } from 'commander';
import { UnderstudyError } from '../core/errors.js';
import { closeMatch } from '../util/did-you-mean.js';
import { passwordsIn } from '../util/url-passwords.js';
import { flag, keyOf, variableOf } from './flags.js';
import { nonEmpty } from './option-values.js';
import { readYamlFile, type YamlFile } from './yaml-file.js';

export const CONFIG_FILE = 'understudy.config.yaml';

/** Commands that take the flags of a server, which are at the top level of the file. Other flags are in sections. */
const SERVERS: readonly string[] = ['serve', 'mcp', 'exec', 'config'];
/** `exec --serve` picks free ports, because these are the ports of a server that other programs share. */
const NOT_FOR_EXEC: readonly string[] = ['rest-port', 'mcp-port'];

const SECRET_NAME = /(?:^|-)(?:token|secret|password|pass)s?$/;

/** The value of a flag in the file. */
interface Entry {
  readonly option: Option;
  readonly value: unknown;
  readonly line: number;
}

interface ConfigFile {
  readonly file: string;
  /** By the name of the command; `serve` has the flags at the top level. */
  readonly sections: ReadonlyMap<string, ReadonlyMap<string, Entry>>;
}

export function configOption(): Option {
  return flag(
    '--config <file>',
    `file with values of flags (default: ${CONFIG_FILE} here or in a folder above)`,
    nonEmpty,
  );
}

/** The file and the line of each value that a file has set, by command and attribute. */
const origins = new WeakMap<Command, Map<string, string>>();

/** The file and the line of a flag's value; undefined if no file has set it. */
export function configOrigin(command: Command, attribute: string): string | undefined {
  return origins.get(command)?.get(attribute);
}

/**
 * Sets the flags of a command that neither the command line nor a variable has set.
 * @param optionsOf the flags of each command, by its name
 * @throws UnderstudyError if the file is wrong
 */
export function applyConfigFile(
  command: Command,
  name: string,
  optionsOf: () => ReadonlyMap<string, readonly Option[]>,
): void {
  const { config: given } = command.opts<{ config?: string }>();
  const file = given ?? findConfigFile(process.cwd());
  if (file === undefined) return;
  const places = new Map<string, string>();
  origins.set(command, places);
  const { sections } = readConfig(file, optionsOf());
  const server = sections.get('serve') ?? new Map<string, Entry>();
  const shared = SERVERS.includes(name)
    ? [...server].filter(([key]) => name !== 'exec' || !NOT_FOR_EXEC.includes(key))
    : [];
  const own = name === 'serve' ? [] : (sections.get(name) ?? []);
  for (const [key, { value, line }] of [...shared, ...own]) {
    const option = command.options.find((each) => keyOf(each) === key);
    if (option === undefined || isGiven(command, option)) continue;
    command.setOptionValueWithSource(option.attributeName(), value, 'config');
    places.set(option.attributeName(), `${file}:${line}`);
  }
  const url = urlOf(server);
  if (url !== undefined && command.options.some((each) => keyOf(each) === 'url') && isDefault(command, 'url')) {
    command.setOptionValueWithSource('url', url, 'config');
  }
}

/** Commander has read the variables of all flags but those of toggles, which are read later. */
function isGiven(command: Command, option: Option): boolean {
  return !isDefault(command, option.attributeName());
}

function isDefault(command: Command, attribute: string): boolean {
  const source = command.getOptionValueSource(attribute);
  return source === undefined || source === 'default';
}

/** The address of the server that the file configures. */
function urlOf(server: ReadonlyMap<string, Entry>): string | undefined {
  const port = server.get('rest-port')?.value;
  return typeof port === 'number' && port !== 0 ? `http://127.0.0.1:${port}` : undefined;
}

/**
 * The file in this folder, or in the nearest one above, up to the root of the repository.
 * @throws UnderstudyError if anybody could have put it there
 */
function findConfigFile(from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const file = join(folder, CONFIG_FILE);
    if (existsSync(file)) {
      const uid = process.getuid?.();
      const isOpen = (statSync(folder).mode & 0o002) !== 0;
      if (!isOpen || uid === undefined || statSync(file).uid === uid) return file;
      throw bad(
        `${file} belongs to another user, in a folder that anybody can write to: pass it with --config to use it`,
      );
    }
    if (folder === dirname(folder) || existsSync(join(folder, '.git'))) return undefined;
  }
}

function readConfig(file: string, optionsOf: ReadonlyMap<string, readonly Option[]>): ConfigFile {
  const yaml = readYamlFile(file, '--config');
  const value = yaml.value ?? {};
  if (!isObject(value)) throw bad(`${file}: expected names of flags with their values, such as \`seed: support-desk\``);
  const names = [...optionsOf.keys()].filter((each) => each !== 'serve' && each !== 'config');
  const isSection = ([key]: readonly [string, unknown]): boolean => names.includes(key);
  const entries = Object.entries(value);
  const server = Object.fromEntries(entries.filter((entry) => !isSection(entry)));
  const sections = new Map([['serve', readEntries(file, yaml, [], server, optionsOf.get('serve') ?? [], names)]]);
  for (const [key, section] of entries.filter(isSection)) {
    if (!isObject(section)) throw bad(`${file}:${yaml.lineOf([key])}: \`${key}\` must hold the flags of that command`);
    sections.set(key, readEntries(file, yaml, [key], section, optionsOf.get(key) ?? []));
  }
  return { file, sections };
}

function readEntries(
  file: string,
  yaml: YamlFile,
  path: readonly string[],
  entries: Readonly<Record<string, unknown>>,
  options: readonly Option[],
  otherNames: readonly string[] = [],
): Map<string, Entry> {
  const read = new Map<string, Entry>();
  for (const [key, value] of Object.entries(entries)) {
    const line = yaml.lineOf([...path, key]);
    const where = `${file}:${line}`;
    if (SECRET_NAME.test(key) || hasPassword(value)) {
      const verb = SECRET_NAME.test(key) ? 'is' : 'contains';
      throw bad(
        `${where}: \`${key}\` ${verb} a secret, which does not belong in this file: set ${variableOf(key)} instead`,
      );
    }
    const option = options.find((each) => keyOf(each) === key);
    if (option === undefined || key === 'config') {
      const known = [...options.map(keyOf), ...otherNames];
      const place = path.length === 0 ? 'a flag of `serve`, nor a command' : `a flag of \`${path.join(' ')}\``;
      throw bad(`${where}: \`${key}\` is not ${place}.${closeMatch(key, known)}`);
    }
    read.set(key, { option, value: parseValue(option, value, where, dirname(resolve(file))), line });
  }
  return read;
}

/** Whether a value is a URL with a password. */
function hasPassword(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && passwordsIn(new URL(value)).length > 0;
}

function parseValue(option: Option, value: unknown, where: string, folder: string): unknown {
  const key = keyOf(option);
  if (!option.required) {
    if (typeof value === 'boolean') return value;
    throw bad(`${where}: \`${key}\` must be true or false`);
  }
  const items = Array.isArray(value) ? (value as unknown[]) : [value];
  if (items.length === 0 || !items.every((item) => ['string', 'number'].includes(typeof item))) {
    throw bad(`${where}: \`${key}\` must be text, a number, or a list of these`);
  }
  const texts = items.map((item) => inFolder(option, String(item), folder));
  try {
    return parseTexts(option, texts);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw bad(`${where}: \`${key}\` is ${JSON.stringify(value)}. ${error.message}`);
  }
}

/** A list stands for a repeated flag, or for values that are separated by commas. */
function parseTexts({ parseArg, description }: Option, texts: readonly string[]): unknown {
  if (parseArg === undefined) return texts.join();
  if (!description.includes('repeatable')) return parseArg(texts.join(), undefined as never);
  return texts.reduce<unknown>((previous, text) => parseArg(text, previous as never), undefined);
}

/** Names of files are relative to the file that contains them. */
function inFolder({ flags }: Option, text: string, folder: string): string {
  if (/<(?:file|files|folder|path)>/.test(flags))
    return text
      .split(',')
      .map((name) => resolve(folder, name.trim()))
      .join();
  const file = resolve(folder, text);
  return flags.includes('|file>') && existsSync(file) ? file : text;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function bad(message: string): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_BAD_OPTION', message);
}
