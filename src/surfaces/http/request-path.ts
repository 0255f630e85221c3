/** The path of a request's target, which may also be a whole URL. */
export function requestPath(target: string): string {
  const query = target.indexOf('?');
  const beforeQuery = query === -1 ? target : target.slice(0, query);
  const fragment = beforeQuery.indexOf('#');
  const path = fragment === -1 ? beforeQuery : beforeQuery.slice(0, fragment);
  return path.startsWith('/') ? path : path.replace(/^[^/]*\/\/[^/]*/, '');
}
