import { readFileSync } from 'node:fs';
import { UnderstudyError } from '../core/errors.js';
import { requirePackage } from '../util/require-package.js';

export interface YamlFile {
  readonly value: unknown;
  /** The line of the value at a path; 1 if there is none. */
  lineOf(path: readonly string[]): number;
}

/**
 * Reads a file in YAML or JSON. Errors give the place and not the text, which may be a secret.
 * @param flag is named in errors
 * @throws UnderstudyError if the file cannot be read or parsed
 */
export function readYamlFile(file: string, flag: string): YamlFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw bad(`${flag} ${file} cannot be read: ${(cause as NodeJS.ErrnoException).code ?? 'unknown error'}`, cause);
  }
  // Loaded on demand: most starts need no YAML.
  const { isNode, LineCounter, parseDocument } = requirePackage('yaml') as typeof import('yaml');
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    throw bad(`${file}:${line}:${col} is not valid YAML or JSON (${error.code})`);
  }
  const lineOf = (path: readonly string[]): number => {
    const node = document.getIn(path, true);
    return isNode(node) ? lineCounter.linePos(node.range?.[0] ?? 0).line : 1;
  };
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) as unknown, lineOf };
  } catch (cause) {
    throw bad(`${file} is not valid YAML: its aliases cannot be resolved`, cause);
  }
}

function bad(message: string, cause?: unknown): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_BAD_OPTION', message, { cause });
}
