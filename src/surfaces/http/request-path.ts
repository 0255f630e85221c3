/** The path of a request's target, which may also be a whole URL. */
export function requestPath(target: string): string {
  const end = target.search(/[?#]/);
  const path = end === -1 ? target : target.slice(0, end);
  return path.startsWith('/') ? path : path.replace(/^[^/]*\/\/[^/]*/, '');
}
