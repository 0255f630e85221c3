/**
 * Bidirectional overrides and invisible characters, which can make a text look like a different one. The group makes
 * `split` keep them.
 */
export const HIDDEN_CHARACTERS = /((?![\t\n\r])[\p{Cc}\u00AD\u180E\u200B\u202A-\u202E\u2060\u2066-\u2069\uFEFF])/u;
