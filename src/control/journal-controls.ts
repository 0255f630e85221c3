import type { Json, JsonObject } from '../core/body.js';
import type { Control } from '../core/control.js';
import type { Exchange, Operation } from '../core/operation.js';
import { OperationIndex } from '../core/operation-index.js';
import { lazyCode } from '../util/load-code.js';
import { packageVersion } from '../util/version.js';
import { createJournalSearch, type JournalSearch, MAX_EXCHANGES } from './merged-journal.js';
import { type ControlParts, exampleOf, namingUnanswered, ownProperty, text } from './parts.js';
import { toCurl } from './snippets/curl.js';
import { toHar } from './snippets/har.js';
import { toSdkCall } from './snippets/sdk-call.js';

const loadScenarioStep = lazyCode(() => import('./snippets/scenario-step.js'));
const loadScenario = lazyCode(() => import('./snippets/scenario.js'));

const DEFAULT_LIMIT = 100;

/** Renders an exchange as a snippet. */
type ToSnippet = (exchange: Exchange, operation: Operation) => string;

/** Controls that search and clear the journal, and that render its exchanges as snippets. */
export function journalControls(parts: ControlParts): readonly Control[] {
  const { journal, shared, operations, defaultAccount, origin } = parts;
  const searchAll = createJournalSearch(parts);
  const index = new OperationIndex(operations);
  const properties = searchProperties(operations);

  const operationOf = ({ operation }: Exchange): Operation | undefined => index.find(operation);

  const createConversation = (scope: Operation['scope']): string | undefined =>
    operations.find((each) => each.scope === scope && each.verb === 'create' && each.noun === 'Conversations')?.name;

  const search = (input: JournalSearch) => searchAll({ limit: DEFAULT_LIMIT, ...input });

  function snippetControl(name: string, description: string, load: () => ToSnippet | Promise<ToSnippet>): Control {
    return {
      name,
      description,
      changes: false,
      input: { properties },
      async run(_, input) {
        const toSnippet = await load();
        const { exchanges, unanswered } = await search(input);
        const lines = exchanges.flatMap((exchange) => {
          const operation = operationOf(exchange);
          return operation === undefined ? [] : toSnippet(exchange, operation);
        });
        return { lines, ...namingUnanswered(unanswered) };
      },
    };
  }

  return [
    {
      name: 'journal.list',
      description:
        'Lists the latest exchanges with method, URL, headers, input, response, duration, injected fault, schema violations ' +
        'and ignored fields. Secrets are redacted. `total` counts all exchanges since the start or the last clear. Of ' +
        'several servers on a database, `unanswered` names those that did not answer in time.',
      changes: false,
      input: { properties },
      async run(_, input) {
        const { exchanges, total, unanswered } = await search(input);
        return { exchanges: exchanges as unknown as Json, total, ...namingUnanswered(unanswered) };
      },
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
        const { exchanges, unanswered } = await search(input);
        const rendered = toScenario(exchanges, { operationOf, createConversation });
        return { text: rendered, ...namingUnanswered(unanswered) };
      },
    },
    {
      name: 'journal.har',
      description: 'Renders exchanges as an HTTP Archive (HAR 1.2), without secrets.',
      changes: false,
      input: { properties },
      async run(_, input) {
        const { exchanges, unanswered } = await search(input);
        return { ...toHar(exchanges, origin(), packageVersion()), ...namingUnanswered(unanswered) };
      },
    },
    {
      name: 'journal.clear',
      description: 'Removes all exchanges from the journal.',
      changes: true,
      input: { properties: ownProperty },
      async run(_, { own }) {
        journal.clear();
        const asked = own === true ? undefined : await shared?.others.ask('journal.clear', {});
        return namingUnanswered(asked?.unanswered ?? []);
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
    limit: {
      type: 'integer',
      minimum: 1,
      maximum: MAX_EXCHANGES,
      description: `Maximum number of exchanges. Default: ${DEFAULT_LIMIT}.`,
    },
    ...ownProperty,
  };
}
