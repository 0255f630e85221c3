// The library uses camelCase, the controls snake_case like Twilio's JSON. Nested keys are data and stay unchanged.

export function toSnake(object: object): Record<string, unknown> {
  return renamed(object, (key) => key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}

export function toCamel(object: object): unknown {
  return renamed(object, (key) => key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
}

function renamed(object: object, rename: (key: string) => string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [rename(key), value as unknown]));
}
