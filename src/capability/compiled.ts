import { createHash } from 'node:crypto';
import type { Operation } from '../core/operation.js';
import type { Capability } from './load.js';
import type { Route, Tool } from './surfaces.js';

type Flat<T extends Route | Tool> = Omit<T, 'operation' | 'inputs'> & {
  /** By name. */
  readonly operation: string;
  readonly inputs: readonly (readonly [input: string, parameter: string])[];
};

/** A capability as JSON, and what it was made from: interpretation that file and checking it takes longer than all else at a start. */
export interface CompiledCapability extends Omit<Capability, 'file' | 'routes' | 'tools'> {
  readonly digest: string;
  readonly routes: readonly Flat<Route>[];
  readonly tools: readonly Flat<Tool>[];
}

/** Done by the build. */
export function compileCapability(capability: Capability, bytes: Buffer): CompiledCapability {
  const { label, baseUri, operations, ports, credentials } = capability;
  const [routes, tools] = [capability.routes.map(flat), capability.tools.map(flat)];
  return { digest: digestOf(bytes), label, baseUri, operations, routes, tools, ports, credentials };
}

/** The capability again, unless its file has changed since. */
export function restoreCapability(
  { digest, ...compiled }: CompiledCapability,
  file: string,
  bytes: Buffer,
): Capability | undefined {
  if (digest !== digestOf(bytes)) return undefined;
  const operations = new Map(compiled.operations.map((operation) => [operation.name, operation]));
  const whole = <T extends Route | Tool>({ operation, inputs, ...rest }: Flat<T>): T =>
    ({ ...rest, operation: operations.get(operation) as Operation, inputs: new Map(inputs) }) as unknown as T;
  return {
    ...compiled,
    file,
    routes: compiled.routes.map((route) => whole<Route>(route)),
    tools: compiled.tools.map((tool) => whole<Tool>(tool)),
  };
}

function flat<T extends Route | Tool>({ operation, inputs, ...rest }: T): Flat<T> {
  return { ...rest, operation: operation.name, inputs: [...inputs] };
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64');
}
