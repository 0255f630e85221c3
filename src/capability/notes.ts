import type { CapabilityReport, InterpretationName, Remark } from './interpretations.js';
import type { DocumentPath, Source } from './source.js';

/** What is noticed while a capability file is read, each with its place. Nothing here throws: the whole file is read. */
export interface Notes {
  readonly report: CapabilityReport;
  interpretation(interpretation: InterpretationName, path: DocumentPath, where: string): void;
  warning(path: DocumentPath, message: string): void;
  error(path: DocumentPath, message: string): void;
  /** A error of the key that ends the path, not of its value. */
  errorOfKey(path: DocumentPath, message: string): void;
}

/** Notes on one file, beginning with what its YAML already got wrong. */
export function takeNotes(source: Source): Notes {
  const interpretations: { interpretation: InterpretationName; path: DocumentPath; where: string }[] = [];
  const warnings: { path: DocumentPath; message: string }[] = [];
  const errors: Remark[] = [...source.errors];
  return {
    report: {
      errors,
      // Hundreds of places, each of them searched for in the document: only for who asks, and not at every start.
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
    error: (path, message) => void errors.push({ message, ...source.place(path) }),
    errorOfKey: (path, message) => void errors.push({ message, ...source.placeOfKey(path) }),
  };
}
