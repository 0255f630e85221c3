import { createRequire } from 'node:module';

/** Loads a CommonJS package synchronously on first use, where `await import()` is not possible. */
export const requirePackage = createRequire(import.meta.url);
