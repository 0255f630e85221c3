import type { CapabilityReport, InterpretationName, Remark } from './interpretations.js';
import type { DocumentPath, Source } from './source.js';

/** Collects the remarks on one capability file. Nothing here throws, so the whole file is read. */
export interface Notes {
  readonly report: CapabilityReport;
  interpretation(interpretation: InterpretationName, path: DocumentPath, where: string): void;
  warning(path: DocumentPath, message: string): void;
  error(path: DocumentPath, message: string): void;
  /** An error about the key that ends the path, not about its value. */
  errorOfKey(path: DocumentPath, message: string): void;
  /**
   * Adds an error when an entry of this file, or of another file of the product, has the same key.
   * @param what describes the entry, e.g. "The MCP tool `create-user`"
   * @param key identifies the entry; default: `what`
   */
  unique(path: DocumentPath, what: string, key?: string): void;
}

/** The keys that must be unique in a product, each with the place of its entry. Shared by the notes on all its files. */
export type UniqueKeys = Map<string, () => string>;

/** Starts with the file's syntax errors. */
export function takeNotes(source: Source, keys: UniqueKeys): Notes {
  const interpretations: { interpretation: InterpretationName; path: DocumentPath; where: string }[] = [];
  const warnings: { path: DocumentPath; message: string }[] = [];
  const errors: Remark[] = [...source.errors];
  const error = (path: DocumentPath, message: string) => void errors.push({ message, ...source.place(path) });
  return {
    report: {
      errors,
      // Finding hundreds of places takes time, so they are computed when the report is read, not at every start.
      get interpretations() {
        return interpretations.map(({ interpretation, path, where }) => ({
          interpretation,
          where,
          ...source.place(path),
        }));
      },
      get warnings() {
        return warnings.map(({ path, message }) => ({ message, ...source.place(path) }));
      },
    },
    interpretation: (interpretation, path, where) => void interpretations.push({ interpretation, path, where }),
    warning: (path, message) => void warnings.push({ path, message }),
    error,
    errorOfKey: (path, message) => void errors.push({ message, ...source.placeOfKey(path) }),
    unique(path, what, key = what) {
      const earlier = keys.get(key);
      if (earlier !== undefined) error(path, `${what} already exists at ${earlier()}. Rename or remove one.`);
      else {
        keys.set(key, () => {
          const { line, column } = source.place(path);
          return `${source.file}:${line}:${column}`;
        });
      }
    },
  };
}
