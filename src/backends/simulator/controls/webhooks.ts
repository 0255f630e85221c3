import type { Control } from '../../../core/control.js';
import type { Json } from '../../../core/body.js';
import { deliveryStates, type Delivery, type DeliveryFilter, type DeliveryState } from '../webhooks/outbox.js';
import { badInput, defineControl, integer, string, type SessionOf } from './define-control.js';

interface Search {
  readonly event?: string;
  readonly conversation_sid?: string;
  readonly state?: DeliveryState;
  readonly exchange?: number;
  readonly record?: string;
  readonly after?: number;
}

const search = {
  event: string('Only deliveries of this event, e.g. onMessageAdded.'),
  conversation_sid: string('Only deliveries for the conversation with this SID.'),
  state: string('Only deliveries in this state.', { enum: deliveryStates }),
  exchange: integer('Only deliveries that the exchange with this id in the journal caused.', { minimum: 1 }),
  record: string('Only deliveries whose event is about the record with this SID.'),
  after: integer('Only deliveries with a higher id.', { minimum: 0 }),
};

const toFilter = ({
  event,
  conversation_sid: conversationSid,
  state,
  exchange,
  record,
  after,
}: Search): DeliveryFilter => ({
  event,
  conversationSid,
  state,
  exchange,
  record,
  after,
});

const MAX_WAIT_MS = 60_000;

/** Controls of the outbox of a world: the webhook deliveries and their responses. */
export function webhookControls(sessionOf: SessionOf): readonly Control[] {
  return [
    defineControl<Search & { before?: number; limit?: number }>({
      name: 'webhooks.list',
      description: 'Lists the webhook deliveries of the world, oldest first. Only the latest 1000 are kept.',
      changes: false,
      input: {
        properties: {
          ...search,
          before: integer('Only deliveries with a lower id.', { minimum: 1 }),
          limit: integer(
            'The maximum number to return: the latest ones, or with `after` the earliest; all if absent.',
            { minimum: 1 },
          ),
        },
      },
      run(account, { before = Infinity, limit = Infinity, ...input }) {
        const found = sessionOf(account)
          .webhooks.outbox.list(toFilter(input))
          .filter(({ id }) => id < before);
        const selected = input.after === undefined ? found.slice(-limit) : found.slice(0, limit);
        return { deliveries: selected.map(renderDelivery) };
      },
    }),
    defineControl<Search & { timeout?: number }>({
      name: 'webhooks.wait',
      description:
        'Waits for a completed delivery that matches, and returns it. Past deliveries count too; `after` excludes them.',
      changes: false,
      input: {
        properties: {
          ...search,
          timeout: integer('The maximum time to wait, in milliseconds; 5000 if absent.', {
            minimum: 0,
            maximum: MAX_WAIT_MS,
          }),
        },
      },
      async run(account, { timeout = 5000, ...input }) {
        const found = await sessionOf(account).webhooks.outbox.waitFor(toFilter(input), timeout);
        if (found !== undefined) return renderDelivery(found);
        throw badInput(`No matching delivery was completed within ${timeout} ms. webhooks.list shows all deliveries.`);
      },
    }),
    defineControl<{ id: number }>({
      name: 'webhooks.redeliver',
      description: 'Repeats a delivery as a retry: with the same idempotency token and a higher RetryCount.',
      changes: true,
      input: { properties: { id: integer('The id of the delivery.', { minimum: 1 }) }, required: ['id'] },
      async run(account, { id }) {
        const delivery = await sessionOf(account).webhooks.redeliver(id);
        if (delivery === undefined)
          throw badInput(`There is no delivery ${id}. webhooks.list shows the existing ones.`);
        return renderDelivery(delivery);
      },
    }),
    defineControl<{ auth_token: string }>({
      name: 'webhooks.sign-with',
      description:
        "Sets the auth token that signs the world's webhooks. It is replaced when a caller uses another password for the " +
        'account, and has no effect on a server that was started with --auth-token.',
      changes: true,
      input: {
        properties: { auth_token: string('The auth token.', { minLength: 1, maxLength: 1000 }) },
        required: ['auth_token'],
      },
      run(account, { auth_token: authToken }) {
        sessionOf(account).password = authToken;
        return {};
      },
    }),
    defineControl({
      name: 'webhooks.flush',
      description:
        'Drops the webhook deliveries of the world that wait to be sent, and returns how many there were. Deliveries that ' +
        'are being sent continue.',
      changes: true,
      input: { properties: {} },
      run: (account) => ({ dropped: sessionOf(account).webhooks.flush() }),
    }),
    defineControl({
      name: 'webhooks.idle',
      description: 'Waits until no webhook delivery is pending.',
      changes: false,
      input: { properties: {} },
      async run(account) {
        await sessionOf(account).webhooks.idle();
        return {};
      },
    }),
  ];
}

function renderDelivery(delivery: Delivery): Json {
  return {
    id: delivery.id,
    time: delivery.time,
    queued: delivery.queued,
    event: delivery.event,
    exchange: delivery.exchange,
    target: delivery.target,
    webhook_sid: delivery.webhookSid,
    conversation_sid: delivery.conversationSid,
    url: delivery.url,
    called_url: delivery.calledUrl,
    method: delivery.method,
    parameters: delivery.parameters,
    idempotency_token: delivery.idempotencyToken,
    state: delivery.state,
    fault: delivery.fault === null ? null : { rule: delivery.fault.rule, effects: delivery.fault.effects },
    dropped: delivery.dropped,
    attempts: delivery.attempts.map((attempt) => ({ ...attempt })),
  };
}
