import type { Operation, Parameter } from '../core/operation.js';
import { identify } from './identity.js';
import { didYouMean } from '../util/did-you-mean.js';
import type { CapabilityDocument, ConsumesEntry, OperationEntry, ParameterEntry } from './document.js';
import type { Notes } from './notes.js';
import type { DocumentPath } from './source.js';
import { placeholdersOf, plainPath } from './surfaces.js';

/** Names of the environment variables that hold the upstream user and password. */
export interface CredentialNames {
  readonly username: string;
  readonly password: string;
}

/** The generator of the given file cut its descriptions at this length. */
const CUT_LENGTH = 160;

/** The operations of a `consumes` entry, in file order. */
export function operationsOf(entry: ConsumesEntry, at: DocumentPath, notes: Notes): Operation[] {
  const operations: Omit<Operation, 'noun' | 'verb' | 'scope'>[] = [];
  const names = new Set<string>();
  const addresses = new Map<string, string>();
  for (const [r, resource] of entry.resources.entries()) {
    for (const [o, operation] of resource.operations.entries()) {
      const path = [...at, 'resources', r, 'operations', o];
      if (names.has(operation.name)) {
        notes.error([...path, 'name'], `The operation \`${operation.name}\` is there twice. Rename or remove one.`);
      }
      names.add(operation.name);
      const address = `${operation.method} ${plainPath(resource.path)}`;
      const twin = addresses.get(address);
      if (twin !== undefined) {
        notes.error(
          path,
          `\`${operation.name}\` has the same method and path as \`${twin}\` (${address}). Remove one.`,
        );
      }
      addresses.set(address, operation.name);
      operations.push({
        name: operation.name,
        namespace: entry.namespace,
        method: operation.method,
        path: plainPath(resource.path),
        description: operation.description ?? '',
        parameters: parametersOf(operation, resource.path, path, notes),
      });
    }
  }
  const identities = identify(operations);
  return operations.map((operation, i) => Object.assign(operation, identities[i]));
}

function parametersOf(operation: OperationEntry, path: string, at: DocumentPath, notes: Notes): Parameter[] {
  const entries = operation.inputParameters ?? [];
  for (const [i, entry] of entries.entries()) noteParameter(operation, entry, [...at, 'inputParameters', i], notes);
  const inPath = entries.filter((entry) => entry.in === 'path').map((entry) => entry.name);
  for (const placeholder of placeholdersOf(path)) {
    if (!inPath.includes(placeholder)) {
      notes.error(
        at,
        `\`${operation.name}\` has \`{${placeholder}}\` in its path but no such input \`in: path\`.${didYouMean(placeholder, inPath)}`,
      );
    }
  }
  return entries.map((entry) => ({
    name: entry.name,
    in: entry.in,
    type: entry.type,
    required: entry.required ?? entry.in === 'path',
    description: entry.description ?? '',
  }));
}

function noteParameter(operation: OperationEntry, entry: ParameterEntry, at: DocumentPath, notes: Notes): void {
  const where = `${operation.name} · ${entry.name}`;
  const twice = operation.inputParameters?.filter((other) => other.name === entry.name).length ?? 0;
  if (twice > 1) notes.error(at, `\`${operation.name}\` declares the input \`${entry.name}\` twice. Remove one.`);
  if (entry.in === 'body') {
    notes.interpretation('request-body', at, where);
    notes.interpretation('form-upstream', at, where);
  }
  if (entry.in === 'query' && entry.type === 'array') notes.interpretation('repeated-key', at, where);
  if (isCut(entry.description)) notes.warning([...at, 'description'], `The description of ${where} was cut off.`);
}

/** Almost as long as the limit, and no end of a sentence. (Some lost a trailing space or a quote after the cut.) */
function isCut(description = ''): boolean {
  return description.length >= CUT_LENGTH - 2 && !/[.!?)`'"]$/.test(description);
}

/** Where the credentials come from; undefined when the API wants none. */
export function credentialNamesOf(
  { binds }: CapabilityDocument,
  entry: ConsumesEntry,
  at: DocumentPath,
  notes: Notes,
): CredentialNames | undefined {
  const used = new Set<string>();
  const { authentication } = entry;
  const resolve = (key: 'username' | 'password', reference: string): string => {
    const path = [...at, 'authentication', key];
    const [, namespace, name] = /^\{\{(?:([\w-]+)\.)?(\w+)\}\}$/.exec(reference) ?? [];
    if (name === undefined) {
      notes.error(
        path,
        `\`${key}\` must name an environment variable as \`{{NAME}}\`: secrets do not belong in this file.`,
      );
      return '';
    }
    const bind = binds?.find((one) => (namespace ?? one.namespace) === one.namespace && Object.hasOwn(one.keys, name));
    if (!bind) {
      notes.interpretation('environment', path, reference);
      return name;
    }
    used.add(`${bind.namespace}.${name}`);
    return bind.keys[name] ?? name;
  };
  const names = authentication && {
    username: resolve('username', authentication.username),
    password: resolve('password', authentication.password),
  };
  if (authentication)
    notes.interpretation('late-credentials', [...at, 'authentication'], `${entry.namespace} · authentication`);
  for (const [b, bind] of (binds ?? []).entries()) {
    for (const key of Object.keys(bind.keys)) {
      if (!used.has(`${bind.namespace}.${key}`)) {
        notes.warning(['binds', b, 'keys', key], `\`${key}\` is bound in \`${bind.namespace}\`, but nothing uses it.`);
      }
    }
  }
  return names;
}
