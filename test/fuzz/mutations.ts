import * as fc from 'fast-check';

/** How many rounds to run, and the seed of the first. fast-check prints the seed of a failure; `FUZZ_SEED` repeats it. */
export const rounds = (inSuite: number) => ({
  numRuns: Number(process.env['FUZZ_ROUNDS'] ?? inSuite),
  seed: Number(process.env['FUZZ_SEED'] ?? 1),
  endOnFailure: process.env['FUZZ_ROUNDS'] === undefined,
});

/** A change of some bytes at a place in a text. */
interface Edit {
  readonly kind: 'insert' | 'replace' | 'delete' | 'repeat' | 'cut';
  /** From 0 to 1. */
  readonly at: number;
  readonly length: number;
  readonly bytes: string;
}

/** Arbitrary edits, with the texts that a format is sensitive to among the inserted ones. */
export const editsWith = (tokens: readonly string[]): fc.Arbitrary<Edit[]> =>
  fc.array(
    fc.record({
      kind: fc.constantFrom('insert', 'replace', 'delete', 'repeat', 'cut'),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.integer({ min: 1, max: 40 }),
      bytes: fc.oneof(
        fc.constantFrom(...tokens),
        fc.uint8Array({ minLength: 1, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
      ),
    }),
    { minLength: 1, maxLength: 4 },
  );

/** The edited text. Each character stands for one byte. */
export function edited(text: string, edits: readonly Edit[]): string {
  let result = text;
  for (const { kind, at, length, bytes } of edits) {
    const start = Math.floor(at * result.length);
    const part = result.slice(start, start + length);
    const inserted = { insert: bytes + part, replace: bytes, delete: '', repeat: part.repeat(3), cut: '' }[kind];
    result = result.slice(0, start) + inserted + (kind === 'cut' ? '' : result.slice(start + length));
  }
  return result;
}
