/** Translates a path; undefined for one that does not match. */
export type TranslatePath = (path: string) => string | undefined;

const PLACEHOLDER = /\{([^{}]+)\}/g;

/**
 * Translates paths of one template to another, e.g. `/v1/Roles/{Sid}` to `/roles/{id}`.
 * @param sourceOf the placeholder of `from` whose value a placeholder of `to` gets
 */
export function createPathTranslator(
  from: string,
  to: string,
  sourceOf: (placeholder: string) => string | undefined,
): TranslatePath {
  const names = placeholdersOf(from);
  const pattern = templatePattern(from);

  return (path) => {
    const values = pattern.exec(path)?.slice(1);
    return values && to.replaceAll(PLACEHOLDER, (_, name: string) => values[names.indexOf(sourceOf(name) ?? '')] ?? '');
  };
}

/** The names of a template's placeholders, in order. */
export function placeholdersOf(template: string): string[] {
  return Array.from(template.matchAll(PLACEHOLDER), ([, name = '']) => name);
}

/** Matches what a template describes, and captures the values of its placeholders. */
export function templatePattern(template: string): RegExp {
  return new RegExp(`^${template.split(PLACEHOLDER).map(patternPart).join('')}$`);
}

/** Splitting a template at its placeholders gives literals and placeholders in turn. */
function patternPart(part: string, i: number): string {
  return i % 2 === 0 ? escapeRegExp(part) : '([^/]+)';
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.+*?^$()[\]|\\]/g, '\\$&');
}
