import { UnderstudyError } from '../core/errors.js';
import type { Operation } from '../core/operation.js';
import { isCapabilityDocument } from './check.js';
import { credentialNamesOf, operationsOf, type CredentialNames } from './consumes.js';
import type { CapabilityDocument } from './document.js';
import { routesOf, toolsOf } from './exposes.js';
import { packagedCapability, readBytes } from './file.js';
import { takeNotes, type Notes } from './notes.js';
import type { CapabilityReport } from './interpretations.js';
import { parseSource } from './source.js';
import type { Route, Tool } from './surfaces.js';

/** A capability file, read and resolved. */
export interface Capability {
  readonly file: string;
  readonly label: string;
  /** Where Twilio itself is, e.g. `https://conversations.twilio.com`. */
  readonly baseUri: string;
  readonly operations: readonly Operation[];
  readonly routes: readonly Route[];
  readonly tools: readonly Tool[];
  readonly ports: { readonly rest: number; readonly mcp: number };
  /** The environment variables that the file names for the upstream user and password. */
  readonly credentials: CredentialNames | undefined;
}

/** And what there was to say of the file. */
export interface InspectedCapability extends Capability {
  readonly report: CapabilityReport;
}

/** Used when a file exposes only the other surface. */
const DEFAULT_PORTS = { rest: 8080, mcp: 9090 };

/** Reads a capability file. @throws UnderstudyError that names the first error, its place and the next move. */
export function loadCapability(file: string = packagedCapability): InspectedCapability {
  const capability = inspectCapability(file);
  const [first, ...more] = capability.report.errors;
  if (!first) return capability;
  const rest = more.length > 0 ? ` (and ${more.length} more: run \`understudy capability validate ${file}\`)` : '';
  throw new UnderstudyError(
    'UNDERSTUDY_BAD_CAPABILITY',
    `${file}:${first.line}:${first.column}: ${first.message}${rest}`,
  );
}

/** Reads a capability file to its end and reports everything; what has a error is left out of the lists. */
export function inspectCapability(file: string = packagedCapability): InspectedCapability {
  const text = readBytes(file).toString('utf8');
  // Parsing takes longer than all the rest of a start, and a test run starts many times.
  if (latest?.file !== file || latest.text !== text) latest = { file, text, capability: inspect(file, text) };
  return latest.capability;
}

let latest: { readonly file: string; readonly text: string; readonly capability: InspectedCapability } | undefined;

function inspect(file: string, text: string): InspectedCapability {
  const source = parseSource(text);
  const notes = takeNotes(source);
  const { report } = notes;
  const empty = {
    file,
    label: '',
    baseUri: '',
    operations: [],
    routes: [],
    tools: [],
    ports: DEFAULT_PORTS,
    credentials: undefined,
    report,
  };
  if (source.errors.length > 0 || !isCapabilityDocument(source.value, notes)) return empty;
  return { ...empty, ...resolve(source.value, notes) };
}

function resolve(document: CapabilityDocument, notes: Notes) {
  const operations: Operation[] = [];
  const callable = new Map<string, Operation>();
  let credentials: CredentialNames | undefined;
  for (const [c, entry] of document.capability.consumes.entries()) {
    const at = ['capability', 'consumes', c];
    const consumed = operationsOf(entry, at, notes);
    operations.push(...consumed);
    for (const operation of consumed) callable.set(`${entry.namespace}.${operation.name}`, operation);
    credentials = credentialNamesOf(document, entry, at, notes);
    noteRepeatedNames(entry.resources, [...at, 'resources'], notes);
  }
  const routes: Route[] = [];
  const tools: Tool[] = [];
  const ports = { ...DEFAULT_PORTS };
  const seen = new Set<string>();
  for (const [e, entry] of document.capability.exposes.entries()) {
    const at = ['capability', 'exposes', e];
    if (seen.has(entry.type)) notes.error(at, `There are two \`${entry.type}\` surfaces. Join them into one.`);
    seen.add(entry.type);
    ports[entry.type] = entry.port;
    if (entry.type === 'mcp') tools.push(...toolsOf(entry, at, callable, notes));
    else {
      routes.push(...routesOf(entry, at, callable, notes));
      noteRepeatedNames(entry.resources, [...at, 'resources'], notes);
    }
  }
  const baseUri = document.capability.consumes[0]?.baseUri ?? '';
  return { label: document.info.label, baseUri, operations, routes, tools, ports, credentials };
}

/** A resource's name is only a label: nothing refers to it, so that two of one name do no harm. */
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
