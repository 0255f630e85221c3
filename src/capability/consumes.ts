import type { Operation, Parameter } from '../core/operation.js';
import { didYouMean } from '../util/did-you-mean.js';
import type { CredentialNames } from './capability.js';
import type { CapabilityDocument, ConsumesEntry, OperationEntry, ParameterEntry } from './document.js';
import { identify } from './identity.js';
import type { Notes } from './notes.js';
import type { DocumentPath } from './source.js';
import { addressOf, placeholdersOf, plainPath } from './surfaces.js';

/** The generator of the packaged files truncated descriptions at this length. */
const TRUNCATED_LENGTH = 160;

/** The operations of a `consumes` entry, in file order. */
export function operationsOf(entry: ConsumesEntry, at: DocumentPath, notes: Notes): Operation[] {
  const { namespace, baseUri } = entry;
  const operations: Omit<Operation, 'noun' | 'verb' | 'scope'>[] = [];
  for (const [r, resource] of entry.resources.entries()) {
    for (const [o, operation] of resource.operations.entries()) {
      const path = [...at, 'resources', r, 'operations', o];
      const { name, method, description = '' } = operation;
      const id = `${namespace}.${name}`;
      const request = `${method} ${baseUri}${plainPath(resource.path)}`;
      notes.unique([...path, 'name'], `The operation \`${id}\``);
      notes.unique(path, `The request \`${request}\``, `request ${addressOf(method, baseUri + resource.path)}`);
      operations.push({
        id,
        name,
        namespace,
        baseUri,
        method,
        path: plainPath(resource.path),
        description,
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
        `\`${operation.name}\` has \`{${placeholder}}\` in its path, but no input of that name with \`in: path\`.${didYouMean(placeholder, inPath)}`,
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
  const count = operation.inputParameters?.filter((other) => other.name === entry.name).length ?? 0;
  if (count > 1) notes.error(at, `\`${operation.name}\` declares the input \`${entry.name}\` twice. Remove one.`);
  if (entry.in === 'body') {
    notes.interpretation('request-body', at, where);
    notes.interpretation('form-upstream', at, where);
  }
  if (entry.in === 'query' && entry.type === 'array') notes.interpretation('repeated-key', at, where);
  if (isTruncated(entry.description))
    notes.warning([...at, 'description'], `The description of ${where} is truncated.`);
}

/** Whether a description has about the maximum length (some lost a trailing space or quote) and ends mid-sentence. */
function isTruncated(description = ''): boolean {
  return description.length >= TRUNCATED_LENGTH - 2 && !/[.!?)`'"]$/.test(description);
}

/** Undefined when the API needs no credentials. */
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
        `\`${key}\` must name an environment variable as \`{{NAME}}\`. Do not put secrets in this file.`,
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
