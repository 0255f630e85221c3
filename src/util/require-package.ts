import { createRequire } from 'node:module';

/** Loads a package of the CommonJS kind at the moment of its use, in a place that cannot wait for an import. */
export const requirePackage = createRequire(import.meta.url);
