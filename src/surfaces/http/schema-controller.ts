/**
 * For Fastify in place of its compilers of route schemas, which it would load at every start. No route here has a
 * schema: whether a value is allowed is the backend's to say.
 */
export const noSchemas = { compilersFactory: { buildValidator: refuse, buildSerializer: refuse } };

function refuse(): never {
  throw new Error('routes have no schemas here');
}
