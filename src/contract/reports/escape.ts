const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const CONTROL = /[^\P{Cc}\t\n\r]|[\uFFFE\uFFFF]/gu;

/** Text for XML and HTML, without the control characters that XML cannot hold. */
export function escape(text: string): string {
  const clean = text.toWellFormed().replaceAll(CONTROL, '');
  return clean.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
