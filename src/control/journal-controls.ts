import { UnderstudyError } from '../core/errors.js';
import type { Exchange, Operation, SurfaceName } from '../core/operation.js';
import type { Control } from '../core/control.js';
import type { Json, JsonObject } from '../core/body.js';
import { curlOf } from './snippets/curl.js';
import type { Journal } from '../engine/journal.js';
import { sdkCallOf } from './snippets/sdk-call.js';
import { verifyCalls, verifyOrder, type Expectation } from './verify.js';

export interface JournalControlParts {
  readonly journal: Journal;
  /** Resolves when what is known of the exchanges so far is in the journal. */
  readonly settled: () => Promise<void>;
  readonly operations: readonly Operation[];
  readonly defaultAccount: string;
  /** Where the curl lines lead, e.g. `http://127.0.0.1:8080`. */
  readonly origin: () => string;
}

interface Search {
  readonly operation?: string;
  readonly surface?: SurfaceName;
  readonly status?: number;
  readonly world?: string;
  readonly text?: string;
  readonly after?: number;
  readonly before?: number;
  readonly limit?: number;
}

const text = (description: string): JsonObject => ({ type: 'string', description });
const search: Readonly<Record<string, JsonObject>> = {
  operation: text('Only calls of this operation, e.g. createservicerole.'),
  surface: {
    type: 'string',
    enum: ['rest', 'twilio', 'mcp', 'control', 'engine'],
    description: 'Only by this surface.',
  },
  status: { type: 'integer', description: 'Only with this HTTP status.' },
  world: text('Only in the world of this account SID.'),
  text: text('Only with this text somewhere in input or answer.'),
  after: { type: 'integer', minimum: 0, description: 'Only with a higher id.' },
  before: { type: 'integer', minimum: 1, description: 'Only with a lower id.' },
  limit: { type: 'integer', minimum: 1, maximum: 1000, description: 'How many at most; 100 if absent.' },
};

const expectation: JsonObject = {
  type: 'object',
  description: 'A call that is expected; what is not named does not matter.',
  properties: {
    operation: text('The operation, e.g. createserviceconversationmessage.'),
    input: { type: 'object', description: 'Parts of the input, e.g. {"body": {"Author": "ann"}}.' },
    status: { type: 'integer', description: 'The HTTP status of the answer.' },
    account: text('The account SID of the world.'),
  },
  additionalProperties: false,
};

/** What can be asked of the journal. */
export function journalControls({
  journal,
  settled,
  operations,
  defaultAccount,
  origin,
}: JournalControlParts): readonly Control[] {
  const byName = new Map(operations.map((operation) => [operation.name, operation]));
  const find = async ({ limit = 100, after, before = Infinity, ...wanted }: Search): Promise<Exchange[]> => {
    await settled();
    const all = journal
      .entries(after === undefined ? {} : { after })
      .filter((exchange) => exchange.id < before && fits(exchange, wanted, defaultAccount));
    return after === undefined ? all.slice(-limit) : all.slice(0, limit);
  };
  const spelt = (name: string, description: string, loadSpell: () => Spell | Promise<Spell>): Control => ({
    name,
    description,
    changes: false,
    input: { properties: search },
    async run(_, input) {
      const spell = await loadSpell();
      const lines = (await find(input)).flatMap((exchange) => {
        const operation = byName.get(exchange.operation);
        return operation === undefined ? [] : spell(exchange, operation);
      });
      return { lines };
    },
  });
  return [
    {
      name: 'journal.list',
      description: 'Lists the latest exchanges, without secrets: input, answer, duration, violations, ignored fields.',
      changes: false,
      input: { properties: search },
      run: async (_, input) => ({ exchanges: (await find(input)) as unknown as Json }),
    },
    spelt(
      'journal.curl',
      'Gives exchanges as curl lines that make the same calls again.',
      () => (exchange, operation) => curlOf(exchange, operation, origin(), defaultAccount),
    ),
    spelt('journal.sdk', 'Gives exchanges as calls of the official Node SDK.', () => sdkCallOf),
    spelt('journal.step', 'Gives exchanges as steps of a contract scenario, in YAML.', async () => {
      const { scenarioStepOf } = await import('./snippets/scenario-step.js');
      return scenarioStepOf;
    }),
    {
      name: 'journal.verify',
      description:
        'Tells whether calls that fit were made: so many times, or several in an order. If not, which came closest and what differs.',
      changes: false,
      input: {
        properties: {
          expect: expectation,
          least: { type: 'integer', minimum: 0, description: 'How many times at least; 1 if absent.' },
          most: { type: 'integer', minimum: 0, description: 'How many times at most; any number if absent.' },
          order: { type: 'array', items: expectation, maxItems: 1000, description: 'Calls in the order expected.' },
          after: { type: 'integer', minimum: 0, description: 'Only exchanges with a higher id count.' },
        },
      },
      async run(account, input) {
        const { expect, order, least = 1, most = Infinity, after = 0 } = input as VerifyInput;
        if ((expect === undefined) === (order === undefined)) {
          throw new UnderstudyError('UNDERSTUDY_BAD_REQUEST', 'Give `expect` for one call, or `order` for several.');
        }
        await settled();
        const exchanges = journal
          .entries({ after })
          .filter((exchange) => account === undefined || (exchange.account ?? defaultAccount) === account);
        const verdict =
          order === undefined ? verifyCalls(exchanges, expect ?? {}, { least, most }) : verifyOrder(exchanges, order);
        return verdict as unknown as Json;
      },
    },
    {
      name: 'journal.clear',
      description: 'Forgets all exchanges so far.',
      changes: true,
      input: { properties: {} },
      run() {
        journal.clear();
        return {};
      },
    },
  ];
}

type Spell = (exchange: Exchange, operation: Operation) => string;

interface VerifyInput {
  readonly expect?: Expectation;
  readonly order?: readonly Expectation[];
  readonly least?: number;
  readonly most?: number;
  readonly after?: number;
}

function fits(exchange: Exchange, { operation, surface, status, world, text: wanted }: Search, defaultAccount: string) {
  return (
    (operation === undefined || exchange.operation === operation) &&
    (surface === undefined || exchange.surface === surface) &&
    (status === undefined || exchange.status === status) &&
    (world === undefined || (exchange.account ?? defaultAccount) === world) &&
    (wanted === undefined || JSON.stringify([exchange.input, exchange.answer]).includes(wanted))
  );
}
