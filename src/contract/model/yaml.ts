import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { isNode, LineCounter, parseDocument } from 'yaml';
import { UnderstudyError, type UnderstudyErrorName } from '../../core/errors.js';
import { didYouMean } from '../../util/did-you-mean.js';
import { trustedSchemaOptions } from '../../util/trusted-schema-options.js';
import { formatPath, type Path } from './paths.js';

/** A parsed YAML file. */
export interface YamlFile {
  readonly value: unknown;
  /** The line of the value at a path, or of the nearest value that contains it. */
  readonly lineAt: (path: Path) => number;
  /** Creates an error that names the file, the line and the path. */
  readonly errorAt: (path: Path, message: string) => UnderstudyError;
}

export interface YamlFormat {
  readonly schema: object;
  /** The error to throw. */
  readonly errorName: UnderstudyErrorName;
  /** Converts a former version of the format before it is checked. */
  readonly upgrade?: (value: unknown) => unknown;
}

/** Parses YAML text and validates it. @throws UnderstudyError with file, line and path of the first problem. */
export function parseYaml(text: string, file: string, { schema, errorName, upgrade }: YamlFormat): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const errorAtOffset = (offset: number, message: string) => {
    const { line, col } = lines.linePos(offset);
    return new UnderstudyError(errorName, `${file}:${line}:${col}: ${message}`);
  };
  const [syntaxError] = document.errors;
  if (syntaxError !== undefined) throw errorAtOffset(syntaxError.pos[0], syntaxError.message.split('\n')[0] ?? '');

  // A missing value has no position in the file, so use that of its nearest container.
  const offsetOf = (path: Path): number => {
    for (let depth = path.length; depth >= 0; depth -= 1) {
      const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
      if (isNode(node) && node.range) return node.range[0];
    }
    return 0;
  };
  const errorAt = (path: Path, message: string): UnderstudyError =>
    errorAtOffset(offsetOf(path), path.length === 0 ? message : `${formatPath(path)}: ${message}`);
  const parsed: unknown = document.toJS({ maxAliasCount: 100 });
  const value = upgrade === undefined ? parsed : upgrade(parsed);
  const validate = new Ajv2020({ ...trustedSchemaOptions, verbose: true }).compile(schema);
  if (validate(value)) return { value, errorAt, lineAt: (path) => lines.linePos(offsetOf(path)).line };
  const [error] = validate.errors ?? [];
  throw errorAt(pathOf(error, value), messageOf(error));
}

/** The path of a schema error; for an additional property, the path of that property. */
function pathOf(error: ErrorObject | undefined, document: unknown): Path {
  let value = document;
  const path: (string | number)[] = [];
  for (const part of (error?.instancePath ?? '').split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(value) ? Number(key) : key);
    value = (value as Record<string, unknown>)[key];
  }
  const additional = error?.params['additionalProperty'] as string | undefined;
  return additional === undefined ? path : [...path, additional];
}

function messageOf(error: ErrorObject | undefined): string {
  const { params = {}, message = 'is not valid', keyword, parentSchema } = error ?? {};
  if (keyword === 'additionalProperties') {
    const known = Object.keys((parentSchema?.['properties'] as object | undefined) ?? {});
    return `unknown key.${didYouMean(String(params['additionalProperty']), known)}`;
  }
  if (keyword === 'required') return `\`${String(params['missingProperty'])}\` is missing`;
  const allowed: unknown = params['allowedValues'] ?? params['allowedValue'];
  return allowed === undefined ? message : `${message} (${JSON.stringify(allowed)})`;
}
