/** Whether a text fits a pattern, in which `*` stands for any characters, or none. */
export function matchesGlob(pattern: string, text: string): boolean {
  const [beginning = '', ...rest] = pattern.split('*');
  const end = rest.pop();
  if (end === undefined) return pattern === text;
  if (!text.startsWith(beginning)) return false;
  let at = beginning.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - end.length >= at && text.endsWith(end);
}
