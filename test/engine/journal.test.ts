import { expect, test } from 'vitest';
import { createJournal, type JournalBounds, type Note } from '../../src/engine/journal.js';
import { bodyOf, bodyOfText, type Json } from '../../src/core/body.js';
import { createRedact } from '../../src/core/redact.js';

const none = createRedact([]);

function note(answer: Json, form: [string, string[]][] = []): Note {
  return {
    time: Date.parse('2026-01-01T00:00:00.000Z'),
    call: {
      operation: {
        name: 'createservicerole',
        namespace: 'test',
        noun: 'Roles',
        verb: 'create',
        scope: 'service',
        method: 'POST',
        path: '/',
        description: '',
        parameters: [],
      },
      path: new Map([['ChatServiceSid', 'IS1']]),
      query: new Map([['Identity', ['a', 'b']]]),
      headers: new Map([['X-Twilio-Webhook-Enabled', 'true']]),
      form: new Map(form),
      caller: { surface: 'rest', origin: 'http://127.0.0.1' },
    },
    status: 201,
    body: bodyOf(answer),
    milliseconds: 1,
    ignored: [],
  };
}

function journalOf(bounds: Partial<JournalBounds> = {}, secrets: string[] = []) {
  return createJournal(createRedact(secrets), { exchanges: 1000, characters: 1e6, each: 1000, ...bounds });
}

test('an exchange shows its input as it was given and its answer', () => {
  const journal = createJournal(none);
  journal.add(note({ sid: 'RL1' }, [['FriendlyName', ['x']]]));
  expect(journal.entries()).toMatchObject([
    {
      id: 1,
      operation: 'createservicerole',
      input: {
        ChatServiceSid: 'IS1',
        Identity: ['a', 'b'],
        'X-Twilio-Webhook-Enabled': 'true',
        body: { FriendlyName: 'x' },
      },
      status: 201,
      answer: { sid: 'RL1' },
      violations: [],
    },
  ]);
});

test('the oldest exchanges make room for new ones, and ids are not used again', () => {
  const journal = journalOf({ exchanges: 2 });
  for (const n of [1, 2, 3]) journal.add(note(n));
  expect(journal.entries().map(({ id }) => id)).toEqual([2, 3]);
  journal.clear();
  expect(journal.entries()).toEqual([]);
  expect(journal.add(note(4))).toBe(4);
});

test('large exchanges make room by their size as well', () => {
  const journal = journalOf({ characters: 2500 });
  for (const n of [1, 2, 3, 4]) journal.add(note(`${n}`.repeat(900)));
  expect(journal.entries().map(({ id }) => id)).toEqual([3, 4]);
});

test('an answer that is too large is cut, with a marker that tells its size', () => {
  const journal = journalOf({ each: 10 });
  journal.add(note('x'.repeat(5000)));
  expect(journal.entries()[0]?.answer).toBe('"xxxxxxxxx… [cut: 5002 characters]');
});

test('entries come in the order of the calls: the latest, or those after an id', () => {
  const journal = journalOf();
  for (const n of [1, 2, 3, 4, 5]) journal.add(note(n));
  const ids = (options: { limit?: number; after?: number }) => journal.entries(options).map(({ id }) => id);
  expect(ids({ limit: 2 })).toEqual([4, 5]);
  expect(ids({ limit: 2, after: 1 })).toEqual([2, 3]);
  expect(ids({ limit: 0 })).toEqual([]);
  expect(ids({ after: 5 })).toEqual([]);
});

test('violations join their exchange later, and those of a forgotten exchange do no harm', () => {
  const journal = journalOf({ exchanges: 1 });
  const [first, second] = [journal.add(note(1)), journal.add(note(2))];
  for (const id of [first, second]) journal.addViolations(id, [{ path: '/sid', message: 'is missing' }]);
  expect(journal.entries()).toMatchObject([{ id: 2, violations: [{ path: '/sid', message: 'is missing' }] }]);
});

test.each(['s3cret-token', 'with "quotes" \\', 'ünïcode & %', '12345'])('the secret %j never shows', (secret) => {
  const journal = journalOf({}, [secret]);
  journal.add(note({ said: `it is ${secret}!`, number: 12345 }, [['FriendlyName', [secret]]]));
  const shown = JSON.stringify(journal.entries());
  expect(shown).toContain('[redacted]');
  expect(shown).not.toContain(secret);
  expect(shown).not.toContain(JSON.stringify(secret).slice(1, -1));
});

test('a secret at the place of a cut does not show in part', () => {
  const journal = journalOf({ each: 20 }, ['s3cret-token']);
  journal.add(note(`${'x'.repeat(12)}s3cret-token`));
  expect(JSON.stringify(journal.entries())).not.toContain('s3cret');
});

test('an answer that is not JSON is shown as text', () => {
  const journal = journalOf();
  journal.add({ ...note(null), body: bodyOfText('<html>') });
  expect(journal.entries()[0]?.answer).toBe('<html>');
});

test('a field named after a prototype is kept as a field', () => {
  const journal = journalOf();
  journal.add(note(null, [['__proto__', ['x']]]));
  expect(JSON.stringify(journal.entries()[0]?.input)).toContain('"__proto__":"x"');
});
