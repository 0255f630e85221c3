import type { FastifyInstance } from 'fastify';

/** Fastify's key for the name of a plugin. Without one, it looks for the function in every loaded module. */
const PLUGIN_NAME = Symbol.for('fastify.display-name');

/** Adds routes below a prefix, with hooks and parsers of their own. */
export async function addScope(
  app: FastifyInstance,
  prefix: string,
  define: (scope: FastifyInstance) => void | Promise<void>,
): Promise<void> {
  const plugin = async (scope: FastifyInstance): Promise<void> => define(scope);
  await app.register(Object.assign(plugin, { [PLUGIN_NAME]: `scope ${prefix}` }), { prefix });
}
