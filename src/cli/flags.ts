import { Option } from 'commander';

/** A flag with a value, and its variable: `--rest-port` is `UNDERSTUDY_REST_PORT`. */
export function flag(flags: string, description: string, read?: (text: string) => unknown): Option {
  const option = new Option(flags, description);
  if (read !== undefined) option.argParser(read);
  return option.env(variableOf(option.name()));
}

/** A flag that is on or off. Its variable is read by config.ts, as commander takes any value for a yes. */
export function toggle(flags: string, description: string): Option {
  const option = new Option(flags, description);
  option.description = `${description} (env: ${variableOf(option.name())})`;
  return option;
}

export function variableOf(name: string): string {
  return `UNDERSTUDY_${name.toUpperCase().replaceAll('-', '_')}`;
}
