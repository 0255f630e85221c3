/**
 * Replaces Fastify's schema compilers, which it would otherwise load at every start. No route here has a schema, because
 * the backend decides which values are valid.
 */
export const noSchemas = { compilersFactory: { buildValidator: refuse, buildSerializer: refuse } };

function refuse(): never {
  throw new Error('routes cannot have schemas: the backend validates values');
}
