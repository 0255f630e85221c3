import { variable } from './environment.js';

const NAME = '--max-semi-space-size';

/**
 * The flags of Node.js for a server in a process of its own. What a request leaves behind, such as an exchange in the
 * journal, is dropped after some thousand others. A larger young generation holds it until then, where it is not copied to
 * the old one. Node.js reads the size only at its start. In MiB.
 */
export function serverFlags(): readonly string[] {
  const given = [...process.execArgv, variable('NODE_OPTIONS') ?? ''];
  return given.some((flag) => flag.includes(NAME)) ? process.execArgv : [...process.execArgv, `${NAME}=64`];
}
