import { isDeepStrictEqual } from 'node:util';
import { UnderstudyError } from '../core/errors.js';
import type { Operation } from '../core/operation.js';
import { type Capability, type CapabilityFile, type CredentialNames, productOf } from './capability.js';
import { isCapabilityDocument } from './check.js';
import { credentialNamesOf, operationsOf } from './consumes.js';
import type { CapabilityDocument } from './document.js';
import { routesOf, toolsOf } from './exposes.js';
import { type FileNames, packagedCapability, readBytes } from './file.js';
import type { CapabilityReport } from './interpretations.js';
import { type Notes, takeNotes, type UniqueKeys } from './notes.js';
import { parseSource } from './source.js';
import type { Route, Tool } from './surfaces.js';

export interface InspectedFile extends CapabilityFile {
  readonly report: CapabilityReport;
}

/** A product with the remarks on each of its files. */
export interface InspectedCapability extends Capability {
  readonly files: readonly [InspectedFile, ...InspectedFile[]];
}

/** Used when a file exposes only the other surface. */
const DEFAULT_PORTS = { rest: 8080, mcp: 9090 };

/**
 * Loads capability files as one product.
 * @throws UnderstudyError when a file is invalid or two entries collide; it names the first error and its place
 */
export function loadCapability(...names: FileNames | []): InspectedCapability {
  const capability = inspectCapability(...names);
  for (const { file, report } of capability.files) {
    const [first, ...others] = report.errors;
    if (first === undefined) continue;
    const rest =
      others.length > 0 ? ` (and ${others.length} more: run \`understudy capability validate ${file}\`)` : '';
    throw new UnderstudyError(
      'UNDERSTUDY_BAD_CAPABILITY',
      `${file}:${first.line}:${first.column}: ${first.message}${rest}`,
    );
  }
  return capability;
}

/** Loads capability files and reports every error. Entries with an error are left out of the lists. */
export function inspectCapability(...names: FileNames | []): InspectedCapability {
  const [first, ...others] = isNonEmpty(names) ? names : packagedCapability;
  const texts = [textOf(first), ...others.map(textOf)] as const;
  // Parsing is the slowest part of a start, and a test run starts many times.
  const found = recent.find((each) => isDeepStrictEqual(each.texts, texts));
  if (found !== undefined) return found.capability;
  const capability = inspect(...texts);
  recent.unshift({ texts, capability });
  recent.length = Math.min(recent.length, MAX_RECENT);
  return capability;
}

function isNonEmpty(names: FileNames | []): names is FileNames {
  return names.length > 0;
}

interface NamedText {
  readonly file: string;
  readonly text: string;
}

/** The last capabilities that were inspected, the newest first. */
const recent: { readonly texts: readonly NamedText[]; readonly capability: InspectedCapability }[] = [];
const MAX_RECENT = 4;

function textOf(file: string): NamedText {
  return { file, text: readBytes(file).toString('utf8') };
}

function inspect(first: NamedText, ...others: readonly NamedText[]): InspectedCapability {
  const keys: UniqueKeys = new Map();
  const files = [inspectFile(first, keys), ...others.map((each) => inspectFile(each, keys))] as const;
  return { ...productOf(files), files };
}

function inspectFile({ file, text }: NamedText, keys: UniqueKeys): InspectedFile {
  const source = parseSource(file, text);
  const notes = takeNotes(source, keys);
  const { report } = notes;
  if (source.errors.length === 0 && isCapabilityDocument(source.value, notes)) {
    return { file, ...resolve(source.value, notes), report };
  }
  return {
    file,
    label: '',
    namespace: '',
    baseUri: '',
    ports: DEFAULT_PORTS,
    credentials: undefined,
    operations: [],
    routes: [],
    tools: [],
    report,
  };
}

function resolve(document: CapabilityDocument, notes: Notes): Omit<CapabilityFile, 'file'> {
  const { consumes, exposes } = document.capability;
  const operations: Operation[] = [];
  let credentials: CredentialNames | undefined;
  for (const [c, entry] of consumes.entries()) {
    const at = ['capability', 'consumes', c];
    operations.push(...operationsOf(entry, at, notes));
    credentials = credentialNamesOf(document, entry, at, notes);
    noteRepeatedNames(entry.resources, [...at, 'resources'], notes);
  }
  const callable = new Map(operations.map((operation) => [operation.id, operation]));
  const routes: Route[] = [];
  const tools: Tool[] = [];
  const ports = { ...DEFAULT_PORTS };
  const seen = new Set<string>();
  for (const [e, entry] of exposes.entries()) {
    const at = ['capability', 'exposes', e];
    if (seen.has(entry.type)) notes.error(at, `There are two \`${entry.type}\` surfaces. Merge them into one.`);
    seen.add(entry.type);
    ports[entry.type] = entry.port;
    if (entry.type === 'mcp') tools.push(...toolsOf(entry, at, callable, notes));
    else {
      routes.push(...routesOf(entry, at, callable, notes));
      noteRepeatedNames(entry.resources, [...at, 'resources'], notes);
    }
  }
  const { namespace, baseUri } = consumes[0];
  return { label: document.info.label, namespace, baseUri, ports, credentials, operations, routes, tools };
}

/** The name of a resource is only a label. Nothing refers to it, so a repeated name is harmless. */
function noteRepeatedNames(
  resources: readonly { name?: string; path: string }[],
  at: readonly (string | number)[],
  notes: Notes,
): void {
  const first = new Map<string, string>();
  for (const [r, { name, path }] of resources.entries()) {
    if (name === undefined) continue;
    const earlier = first.get(name);
    if (earlier !== undefined)
      notes.warning([...at, r, 'name'], `The resource name \`${name}\` is used for ${earlier} and for ${path}.`);
    first.set(name, earlier ?? path);
  }
}
