/** The path of a request's target, which may also be a whole URL. */
export function requestPath(target: string): string {
  const path = target.split(/[?#]/, 1)[0] ?? '';
  return path.startsWith('/') ? path : path.replace(/^[^/]*\/\/[^/]*/, '');
}
