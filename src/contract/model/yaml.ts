import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { closest } from 'fastest-levenshtein';
import { isNode, LineCounter, parseDocument } from 'yaml';
import { UnderstudyError, type UnderstudyErrorName } from '../../core/errors.js';
import { trustedSchemaOptions } from '../../util/trusted-schema-options.js';
import { formatPath, type Path } from './paths.js';

/** A YAML file's value, and errors that name the line of any of its parts. */
export interface YamlFile {
  readonly value: unknown;
  /** An error of this file: its line, the place, what is wrong. */
  fault(path: Path, why: string): UnderstudyError;
}

/** Reads YAML text and checks its form. @throws UnderstudyError with file, line and place of the first fault. */
export function readYaml(text: string, file: string, schema: object, name: UnderstudyErrorName): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number, why: string) => {
    const { line, col } = lines.linePos(offset);
    return new UnderstudyError(name, `${file}:${line}:${col}: ${why}`);
  };
  const [mistake] = document.errors;
  if (mistake !== undefined) throw at(mistake.pos[0], mistake.message.split('\n')[0] ?? '');

  const fault = (path: Path, why: string): UnderstudyError => {
    const message = path.length === 0 ? why : `${formatPath(path)}: ${why}`;
    // What is missing has no place of its own, so its nearest container is named.
    for (let depth = path.length; depth >= 0; depth -= 1) {
      const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
      if (isNode(node) && node.range) return at(node.range[0], message);
    }
    return at(0, message);
  };

  const value: unknown = document.toJS({ maxAliasCount: 100 });
  const validate = new Ajv2020({ ...trustedSchemaOptions, verbose: true }).compile(schema);
  if (validate(value)) return { value, fault };
  const [error] = validate.errors ?? [];
  throw fault(placeOf(error, value), reasonOf(error));
}

function placeOf(error: ErrorObject | undefined, document: unknown): Path {
  let value = document;
  const path: (string | number)[] = [];
  for (const part of (error?.instancePath ?? '').split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(value) ? Number(key) : key);
    value = (value as Record<string, unknown>)[key];
  }
  const extra = error?.params['additionalProperty'] as string | undefined;
  return extra === undefined ? path : [...path, extra];
}

function reasonOf(error: ErrorObject | undefined): string {
  const { params = {}, message = 'is not valid', keyword, parentSchema } = error ?? {};
  if (keyword === 'additionalProperties') {
    const known = Object.keys((parentSchema?.['properties'] as object | undefined) ?? {});
    return `there is no such word here. Did you mean \`${closest(String(params['additionalProperty']), known)}\`?`;
  }
  if (keyword === 'required') return `\`${String(params['missingProperty'])}\` is missing`;
  const allowed: unknown = params['allowedValues'] ?? params['allowedValue'];
  return allowed === undefined ? message : `${message} (${JSON.stringify(allowed)})`;
}
