import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { lazy } from '../util/lazy.js';
import { trustedSchemaOptions } from '../util/trusted-schema-options.js';
import { didYouMean } from '../util/did-you-mean.js';
import { documentSchema, type CapabilityDocument } from './document.js';
import type { Notes } from './notes.js';
import type { DocumentPath } from './source.js';

const compiledSchema = lazy(() =>
  new Ajv2020({ allErrors: true, discriminator: true, verbose: true, ...trustedSchemaOptions }).compile(documentSchema),
);

/** Validates a document against the schema and adds each error to the notes. */
export function isCapabilityDocument(value: unknown, notes: Notes): value is CapabilityDocument {
  const validate = compiledSchema();
  if (validate(value)) return true;
  for (const error of validate.errors ?? []) noteError(error, value, notes);
  return false;
}

function noteError(error: ErrorObject, document: unknown, notes: Notes): void {
  const path = pathOf(error.instancePath, document);
  const name = path.length === 0 ? 'the document' : `\`${path.filter((step) => typeof step === 'string').at(-1)}\``;
  switch (error.keyword) {
    case 'required':
      return notes.error(path, `${name} lacks the key \`${error.params['missingProperty']}\`. Add it.`);
    case 'additionalProperties': {
      const key = String(error.params['additionalProperty']);
      const known = Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {});
      return notes.errorOfKey(
        [...path, key],
        `${name} has the key \`${key}\`, which is not supported.${didYouMean(key, known)}`,
      );
    }
    case 'enum':
    case 'const': {
      const allowed =
        error.keyword === 'enum' ? (error.params['allowedValues'] as unknown[]) : [error.params['allowedValue']];
      return notes.error(
        path,
        `${name} is ${shown(error.data)}; it must be ${allowed.map((one) => `\`${one}\``).join(', ')}.`,
      );
    }
    case 'pattern':
      return notes.error(path, `${name} is ${shown(error.data)}; it must match ${error.params['pattern']}.`);
    case 'discriminator':
      return notes.error(
        path,
        `${name} has an unknown \`type\` ${shown((error.data as { type?: unknown }).type)}; it must be \`rest\` or \`mcp\`.`,
      );
    default:
      return notes.error(path, `${name} ${error.message}.`);
  }
}

function shown(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

/** Converts a JSON pointer. List indexes become numbers, which the YAML document needs to find the node. */
function pathOf(pointer: string, document: unknown): DocumentPath {
  let value = document;
  return pointer
    .split('/')
    .slice(1)
    .map((step) => {
      const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
      const isIndex = Array.isArray(value);
      value = (value as Record<string, unknown> | undefined)?.[key];
      return isIndex ? Number(key) : key;
    });
}
