import { createHash } from 'node:crypto';
import type { Operation } from '../core/operation.js';
import { type Capability, type CapabilityFile, productOf } from './capability.js';
import type { Route, Tool } from './surfaces.js';

/** A route or tool in JSON, with its operation by id. */
type Flat<T extends Route | Tool> = Omit<T, 'operation' | 'inputs'> & {
  readonly operation: string;
  readonly inputs: readonly (readonly [input: string, parameter: string])[];
};

/** A capability file in JSON, with a digest of the YAML it was compiled from. */
interface CompiledFile extends Omit<CapabilityFile, 'file' | 'routes' | 'tools'> {
  readonly digest: string;
  readonly routes: readonly Flat<Route>[];
  readonly tools: readonly Flat<Tool>[];
}

/** A capability in JSON, one entry per file. It loads much faster than YAML, which must be parsed and checked. */
export type CompiledCapability = readonly CompiledFile[];

/** Reads the bytes of a capability file. */
type Read = (file: string) => Buffer;

/** Used by the build. */
export function compileCapability({ files }: Capability, read: Read): CompiledCapability {
  return files.map(({ file, label, namespace, baseUri, ports, credentials, operations, routes, tools }) => ({
    digest: digestOf(read(file)),
    label,
    namespace,
    baseUri,
    ports,
    credentials,
    operations,
    routes: routes.map(flat),
    tools: tools.map(flat),
  }));
}

/**
 * Restores the capability that was compiled from these files.
 * @returns undefined when a file has changed since, or when these are other files
 */
export function restoreCapability(
  compiled: CompiledCapability,
  names: readonly string[],
  read: Read,
): Capability | undefined {
  if (names.length !== compiled.length) return undefined;
  const files: CapabilityFile[] = [];
  for (const [i, file] of names.entries()) {
    const entry = compiled[i];
    if (entry?.digest !== digestOf(read(file))) return undefined;
    const { digest: _digest, ...content } = entry;
    files.push(restoreFile(content, file));
  }
  const [first, ...others] = files;
  return first && productOf([first, ...others]);
}

function restoreFile(entry: Omit<CompiledFile, 'digest'>, file: string): CapabilityFile {
  const operations = new Map(entry.operations.map((operation) => [operation.id, operation]));
  const restore = <T extends Route | Tool>({ operation, inputs, ...rest }: Flat<T>): T =>
    ({ ...rest, operation: operations.get(operation) as Operation, inputs: new Map(inputs) }) as unknown as T;
  return {
    ...entry,
    file,
    routes: entry.routes.map((route) => restore<Route>(route)),
    tools: entry.tools.map((tool) => restore<Tool>(tool)),
  };
}

function flat<T extends Route | Tool>({ operation, inputs, ...rest }: T): Flat<T> {
  return { ...rest, operation: operation.id, inputs: [...inputs] };
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64');
}
