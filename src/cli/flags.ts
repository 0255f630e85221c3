import { type Command, Option } from 'commander';
import { UnderstudyError } from '../core/errors.js';
import { variable } from './environment.js';

/** A flag with a value, and its environment variable: `--rest-port` is `UNDERSTUDY_REST_PORT`. */
export function flag(flags: string, description: string, parse?: (text: string) => unknown): Option {
  const option = new Option(flags, description);
  if (parse !== undefined) option.argParser(parse);
  return option.env(variableOf(option.name()));
}

/**
 * An on-off flag, and its environment variable. Commander reads every value of a variable as "on", `false` included, so
 * `readToggle` reads the variable instead.
 */
export function toggle(flags: string, description: string): Option {
  const option = new Option(flags);
  option.description = `${description} (env: ${variableOf(option.name())})`;
  return option;
}

/** Puts options under a heading in the help text. */
export function group(heading: string, options: readonly Option[]): Option[] {
  return options.map((option) => option.helpGroup(heading));
}

/**
 * Reads an on-off flag by its key, such as `checkAnswers` for `--check-answers`. A flag overrides its variable, which overrides
 * the config file.
 */
export function readToggle(command: Command, key: string, fallback: boolean): boolean {
  if (command.getOptionValueSource(key) === 'cli') return command.getOptionValue(key) === true;
  const name = variableOf(key.replaceAll(/[A-Z]/g, (letter) => `-${letter}`));
  const text = variable(name)?.toLowerCase();
  if (text === undefined) {
    return command.getOptionValueSource(key) === 'config' ? command.getOptionValue(key) === true : fallback;
  }
  if (['true', '1', 'yes', 'on'].includes(text)) return true;
  if (['false', '0', 'no', 'off'].includes(text)) return false;
  throw new UnderstudyError('UNDERSTUDY_BAD_OPTION', `${name} must be true or false, but is ${JSON.stringify(text)}`);
}

/** The name of a flag in the config file: `check-answers` for `--check-answers` and for `--no-check-answers`. */
export function keyOf(option: Option): string {
  return option.negate ? option.name().replace(/^no-/, '') : option.name();
}

export function variableOf(flagName: string): string {
  return `UNDERSTUDY_${flagName.toUpperCase().replaceAll('-', '_')}`;
}
