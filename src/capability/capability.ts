import type { Operation } from '../core/operation.js';
import type { Route, Tool } from './surfaces.js';

/** A product: everything that its capability files define. */
export interface Capability {
  /** In the order in which they were given. */
  readonly files: readonly [CapabilityFile, ...CapabilityFile[]];
  readonly label: string;
  /** Those of the first file. */
  readonly ports: Ports;
  readonly operations: readonly Operation[];
  readonly routes: readonly Route[];
  readonly tools: readonly Tool[];
}

/** A capability file, read and resolved. */
export interface CapabilityFile {
  readonly file: string;
  readonly label: string;
  /** Qualifies the names of its operations. */
  readonly namespace: string;
  /** The URL of the API that serves its operations, e.g. `https://conversations.twilio.com`. */
  readonly baseUri: string;
  readonly ports: Ports;
  readonly credentials: CredentialNames | undefined;
  readonly operations: readonly Operation[];
  readonly routes: readonly Route[];
  readonly tools: readonly Tool[];
}

interface Ports {
  readonly rest: number;
  readonly mcp: number;
}

/** The names of the environment variables that hold the upstream user and password. */
export interface CredentialNames {
  readonly username: string;
  readonly password: string;
}

/** Merges files whose names and addresses do not collide. */
export function productOf(files: Capability['files']): Capability {
  return {
    files,
    label: files.map(({ label }) => label).join(', '),
    ports: files[0].ports,
    operations: files.flatMap(({ operations }) => operations),
    routes: files.flatMap(({ routes }) => routes),
    tools: files.flatMap(({ tools }) => tools),
  };
}
