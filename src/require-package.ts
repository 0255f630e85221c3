import { createRequire } from 'node:module';

/** Loads a package of the CommonJS kind when it is first used, in a place that cannot wait: a start does without it. */
export const requirePackage = createRequire(import.meta.url);
