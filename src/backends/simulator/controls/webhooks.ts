import type { Control } from '../../../core/control.js';
import type { Json } from '../../../core/body.js';
import type { Delivery, DeliveryFilter, DeliveryState } from '../webhooks/outbox.js';
import { badInput, control, integer, string, type StageOf } from './parts.js';

interface Search {
  readonly event?: string;
  readonly conversation_sid?: string;
  readonly state?: DeliveryState;
  readonly after?: number;
}

const search = {
  event: string('Only this event, e.g. onMessageAdded.'),
  conversation_sid: string('Only those of this conversation.'),
  state: string('Only those in this state.', {
    enum: ['waiting', 'delivered', 'failed', 'refused', 'noted', 'lost'],
  }),
  after: integer('Only those with a higher id.', { minimum: 0 }),
};

const filterOf = ({ event, conversation_sid: conversationSid, state, after }: Search): DeliveryFilter => ({
  event,
  conversationSid,
  state,
  after,
});

const LONGEST_WAIT = 60_000;

/** The outbox of a world: which webhooks were called with what, and what they answered. */
export function webhookControls(stageOf: StageOf): readonly Control[] {
  return [
    control<Search & { before?: number; limit?: number }>({
      name: 'webhooks.list',
      description: 'Lists the webhook deliveries of the world, oldest first; the latest 1000 are kept.',
      changes: false,
      input: {
        properties: {
          ...search,
          before: integer('Only those with a lower id.', { minimum: 1 }),
          limit: integer('How many at most: the latest, or with `after` the first; all if absent.', { minimum: 1 }),
        },
      },
      run(account, { before = Infinity, limit = Infinity, ...input }) {
        const found = stageOf(account)
          .webhooks.outbox.list(filterOf(input))
          .filter(({ id }) => id < before);
        const shown = input.after === undefined ? found.slice(-limit) : found.slice(0, limit);
        return { deliveries: shown.map(rendered) };
      },
    }),
    control<Search & { timeout?: number }>({
      name: 'webhooks.wait',
      description: 'Waits for a delivery that fits and has been made; one that is there already counts.',
      changes: false,
      input: {
        properties: {
          ...search,
          timeout: integer('Milliseconds to wait at most; 5000 if absent.', { minimum: 0, maximum: LONGEST_WAIT }),
        },
      },
      async run(account, { timeout = 5000, ...input }) {
        const found = await stageOf(account).webhooks.outbox.waitFor(filterOf(input), timeout);
        if (found !== undefined) return rendered(found);
        throw badInput(`No such delivery came within ${timeout} ms; webhooks.list shows those that did.`);
      },
    }),
    control<{ id: number }>({
      name: 'webhooks.redeliver',
      description: 'Makes a delivery once more, as a retry of it: the same idempotency token, a higher RetryCount.',
      changes: true,
      input: { properties: { id: integer('The id of the delivery.', { minimum: 1 }) }, required: ['id'] },
      async run(account, { id }) {
        const delivery = await stageOf(account).webhooks.redeliver(id);
        if (delivery === undefined) throw badInput(`There is no delivery ${id}; webhooks.list shows those there are.`);
        return rendered(delivery);
      },
    }),
    control<{ auth_token: string }>({
      name: 'webhooks.sign-with',
      description:
        "Sets the auth token that signs the world's webhooks, until a caller shows another as the account's password. " +
        'A server that was started with --auth-token signs with that.',
      changes: true,
      input: {
        properties: { auth_token: string('The auth token.', { minLength: 1, maxLength: 1000 }) },
        required: ['auth_token'],
      },
      run(account, { auth_token: authToken }) {
        stageOf(account).authToken = authToken;
        return {};
      },
    }),
    control({
      name: 'webhooks.idle',
      description: 'Waits until every webhook that was to be called has been.',
      changes: false,
      input: { properties: {} },
      async run(account) {
        await stageOf(account).webhooks.idle();
        return {};
      },
    }),
  ];
}

function rendered(delivery: Delivery): Json {
  return {
    id: delivery.id,
    time: delivery.time,
    event: delivery.event,
    target: delivery.target,
    webhook_sid: delivery.webhookSid,
    conversation_sid: delivery.conversationSid,
    url: delivery.url,
    called_url: delivery.calledUrl,
    method: delivery.method,
    parameters: delivery.parameters,
    idempotency_token: delivery.idempotencyToken,
    state: delivery.state,
    attempts: delivery.attempts.map((attempt) => ({ ...attempt })),
  };
}
