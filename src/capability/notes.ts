import type { CapabilityReport, ReadingName, ReadingUse, Remark } from './readings.js';
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
  const readings: ReadingUse[] = [];
  const oddities: Remark[] = [];
  const faults: Remark[] = [...source.faults];
  return {
    report: { readings, oddities, faults },
    reading: (reading, path, where) => void readings.push({ reading, where, ...source.place(path) }),
    oddity: (path, message) => void oddities.push({ message, ...source.place(path) }),
    fault: (path, message) => void faults.push({ message, ...source.place(path) }),
    faultOfKey: (path, message) => void faults.push({ message, ...source.placeOfKey(path) }),
  };
}
