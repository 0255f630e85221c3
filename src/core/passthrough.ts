import type { Operation, RawRequest } from './operation.js';

/** The name in the journal, in metrics and in cassettes. */
export const PASSTHROUGH = 'passthrough';

/**
 * Stands for all operations that no capability file describes. Its method is GET for requests that only read, and POST for all
 * others: guards need to know no more.
 */
export function passthroughOperation(baseUri: string, { method }: RawRequest): Operation {
  const reads = method === 'GET' || method === 'HEAD';
  return {
    id: PASSTHROUGH,
    name: PASSTHROUGH,
    namespace: '',
    baseUri,
    noun: PASSTHROUGH,
    verb: reads ? 'fetch' : 'update',
    scope: 'account',
    method: reads ? 'GET' : 'POST',
    path: '/{Path}',
    description: '',
    parameters: [],
    isUnpublished: true,
  };
}

/** What errors call the request, e.g. `PUT /v2/Things`. */
export function nameOfRequest({ method, target }: Pick<RawRequest, 'method' | 'target'>): string {
  return `${method} ${(target.split('?', 1)[0] ?? '').slice(0, 2000)}`;
}
