import type { RecordBase } from '../kernel/collection.js';

/** Texts of one field, at most. */
const MAX_TEXTS = 50_000;
/** Longer texts are rarely the same. */
const MAX_LENGTH = 100;
/** After this many texts of a field, it is given up unless one in four was known. */
const TRIAL = 1000;

interface Field {
  readonly name: string;
  readonly texts: Map<string, string>;
  seen: number;
  known: number;
}

/**
 * Gives records from files one copy of the texts that they have in common, such as the SID of their conversation. Which fields
 * have such texts is learnt from the records.
 */
export class RepeatedTexts {
  /** By table. */
  readonly #fields = new Map<string, Field[]>();

  share(table: string, records: Iterable<RecordBase>): void {
    let fields = this.#fields.get(table);
    for (const record of records) {
      if (fields === undefined) {
        // `sid` is never the same.
        fields = Object.keys(record).flatMap((name) =>
          name === 'sid' ? [] : { name, texts: new Map(), seen: 0, known: 0 },
        );
        this.#fields.set(table, fields);
      }
      let isGivenUp = false;
      for (const field of fields)
        isGivenUp = !shareText(field, record as unknown as Record<string, unknown>) || isGivenUp;
      if (isGivenUp) {
        fields = fields.filter((field) => !isUseless(field));
        this.#fields.set(table, fields);
      }
    }
  }
}

/** Returns whether the field is worth further tries. */
function shareText(field: Field, record: Record<string, unknown>): boolean {
  const { name, texts } = field;
  const text = record[name];
  field.seen += 1;
  if (typeof text === 'string' && text.length <= MAX_LENGTH) {
    const known = texts.get(text);
    if (known !== undefined) {
      record[name] = known;
      field.known += 1;
    } else {
      if (texts.size >= MAX_TEXTS) texts.clear();
      texts.set(text, text);
    }
  }
  return field.seen % TRIAL !== 0 || !isUseless(field);
}

const isUseless = ({ seen, known }: Field): boolean => seen >= TRIAL && known * 4 < seen;
