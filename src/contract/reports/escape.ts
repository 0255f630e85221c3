const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const CONTROL = /[^\P{Cc}\t\n\r]|[\uFFFE\uFFFF]/gu;

/** Escapes text for XML and HTML, and removes control characters that are not valid in XML. */
export function escape(text: string): string {
  const clean = text.toWellFormed().replaceAll(CONTROL, '');
  return clean.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
