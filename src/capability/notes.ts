import type { CapabilityReport, ReadingName, Remark } from './readings.js';
import type { DocumentPath, Source } from './source.js';

/** What is noticed while a capability file is read, each with its place. Nothing here throws: the whole file is read. */
export interface Notes {
  readonly report: CapabilityReport;
  reading(reading: ReadingName, path: DocumentPath, where: string): void;
  oddity(path: DocumentPath, message: string): void;
  fault(path: DocumentPath, message: string): void;
  /** A fault of the key that ends the path, not of its value. */
  faultOfKey(path: DocumentPath, message: string): void;
}

/** Notes on one file, beginning with what its YAML already got wrong. */
export function takeNotes(source: Source): Notes {
  const readings: { reading: ReadingName; path: DocumentPath; where: string }[] = [];
  const oddities: { path: DocumentPath; message: string }[] = [];
  const faults: Remark[] = [...source.faults];
  return {
    report: {
      faults,
      // Hundreds of places, each of them searched for in the document: only for who asks, and not at every start.
      get readings() {
        return readings.map(({ reading, path, where }) => ({ reading, where, ...source.place(path) }));
      },
      get oddities() {
        return oddities.map(({ path, message }) => ({ message, ...source.place(path) }));
      },
    },
    reading: (reading, path, where) => void readings.push({ reading, path, where }),
    oddity: (path, message) => void oddities.push({ path, message }),
    fault: (path, message) => void faults.push({ message, ...source.place(path) }),
    faultOfKey: (path, message) => void faults.push({ message, ...source.placeOfKey(path) }),
  };
}
