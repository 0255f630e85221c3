import type { Json, JsonObject } from '../core/body.js';
import type { Control } from '../core/control.js';
import type { Exchange, Operation, SurfaceName } from '../core/operation.js';
import { OperationIndex } from '../core/operation-index.js';
import { lazyCode } from '../util/load-code.js';
import { packageVersion } from '../util/version.js';
import { type ControlParts, exampleOf, text } from './parts.js';
import { toCurl } from './snippets/curl.js';
import { toHar } from './snippets/har.js';
import { toSdkCall } from './snippets/sdk-call.js';

const loadScenarioStep = lazyCode(() => import('./snippets/scenario-step.js'));
const loadScenario = lazyCode(() => import('./snippets/scenario.js'));

interface JournalFilter {
  readonly ids?: readonly number[];
  readonly operation?: string;
  readonly surface?: SurfaceName;
  readonly status?: number;
  readonly world?: string;
  readonly text?: string;
}

interface JournalSearch extends JournalFilter {
  readonly after?: number;
  readonly before?: number;
  readonly limit?: number;
}

/** Renders an exchange as a snippet. */
type ToSnippet = (exchange: Exchange, operation: Operation) => string;

/** Controls that search and clear the journal, and that render its exchanges as snippets. */
export function journalControls(parts: ControlParts): readonly Control[] {
  const { journal, settled, operations, defaultAccount, origin } = parts;
  const index = new OperationIndex(operations);
  const properties = searchProperties(operations);

  const operationOf = ({ operation }: Exchange): Operation | undefined => index.find(operation);

  const createConversation = (scope: Operation['scope']): string | undefined =>
    operations.find((each) => each.scope === scope && each.verb === 'create' && each.noun === 'Conversations')?.name;

  /** Without `after`, the latest exchanges up to the limit; with `after`, the first ones that follow that id. */
  async function search({ limit = 100, after, before = Infinity, ...filter }: JournalSearch): Promise<Exchange[]> {
    await settled();
    const found = journal
      .entries(after === undefined ? {} : { after })
      .filter((exchange) => exchange.id < before && matches(exchange, filter, defaultAccount));
    return after === undefined ? found.slice(-limit) : found.slice(0, limit);
  }

  function snippetControl(name: string, description: string, load: () => ToSnippet | Promise<ToSnippet>): Control {
    return {
      name,
      description,
      changes: false,
      input: { properties },
      async run(_, input) {
        const toSnippet = await load();
        const lines = (await search(input)).flatMap((exchange) => {
          const operation = operationOf(exchange);
          return operation === undefined ? [] : toSnippet(exchange, operation);
        });
        return { lines };
      },
    };
  }

  return [
    {
      name: 'journal.list',
      description:
        'Lists the latest exchanges with method, URL, headers, input, response, duration, injected fault, schema violations ' +
        'and ignored fields. Secrets are redacted. `total` counts all exchanges since the start or the last clear.',
      changes: false,
      input: { properties },
      run: async (_, input) => ({ exchanges: (await search(input)) as unknown as Json, total: journal.total() }),
    },
    snippetControl(
      'journal.curl',
      'Renders exchanges as curl commands that repeat the calls.',
      () => (exchange, operation) => toCurl(exchange, operation, origin(), defaultAccount),
    ),
    snippetControl('journal.sdk', 'Renders exchanges as calls of the official Node.js SDK.', () => toSdkCall),
    snippetControl('journal.step', 'Renders exchanges as steps of a contract scenario, in YAML.', async () => {
      const { toScenarioStep } = await loadScenarioStep();
      return toScenarioStep;
    }),
    {
      name: 'journal.scenario',
      description:
        'Renders exchanges as a contract scenario, in YAML: SIDs become references to the steps that created the records.',
      changes: false,
      input: { properties },
      async run(_, input) {
        const { toScenario } = await loadScenario();
        return { text: toScenario(await search(input), { operationOf, createConversation }) };
      },
    },
    {
      name: 'journal.har',
      description: 'Renders exchanges as an HTTP Archive (HAR 1.2), without secrets.',
      changes: false,
      input: { properties },
      run: async (_, input) => toHar(await search(input), origin(), packageVersion()),
    },
    {
      name: 'journal.clear',
      description: 'Removes all exchanges from the journal.',
      changes: true,
      input: { properties: {} },
      run() {
        journal.clear();
        return {};
      },
    },
  ];
}

function searchProperties(operations: readonly Operation[]): Readonly<Record<string, JsonObject>> {
  return {
    ids: {
      type: 'array',
      items: { type: 'integer' },
      maxItems: 1000,
      description: 'Only exchanges with one of these ids.',
    },
    operation: text(`Only exchanges of this operation${exampleOf(operations)}.`),
    surface: {
      type: 'string',
      enum: ['rest', 'twilio', 'mcp', 'client', 'control', 'engine'],
      description: 'Only exchanges through this surface.',
    },
    status: { type: 'integer', description: 'Only exchanges with this HTTP status.' },
    world: text('Only exchanges in the world of this account SID.'),
    text: text('Only exchanges whose input or response contains this text.'),
    after: { type: 'integer', minimum: 0, description: 'Only exchanges with an id greater than this, oldest first.' },
    before: { type: 'integer', minimum: 1, description: 'Only exchanges with an id less than this.' },
    limit: { type: 'integer', minimum: 1, maximum: 1000, description: 'Maximum number of exchanges. Default: 100.' },
  };
}

function matches(
  exchange: Exchange,
  { ids, operation, surface, status, world, text: part }: JournalFilter,
  defaultAccount: string,
): boolean {
  return (
    (ids === undefined || ids.includes(exchange.id)) &&
    (operation === undefined || exchange.operation === operation) &&
    (surface === undefined || exchange.surface === surface) &&
    (status === undefined || exchange.status === status) &&
    (world === undefined || (exchange.account ?? defaultAccount) === world) &&
    (part === undefined || JSON.stringify([exchange.input, exchange.answer]).includes(part))
  );
}
