import { expect, test } from 'vitest';
import type { Delivery, Exchange } from '../../src/inspector/data/types.js';
import { axisEnd, rowsOf } from '../../src/inspector/threads/thread.js';

const exchange: Exchange = {
  id: 4,
  time: '2026-01-01T00:00:00.000Z',
  surface: 'twilio',
  account: null,
  operation: 'createserviceconversationmessage',
  method: 'POST',
  url: '/v1/…/Messages',
  input: null,
  status: 201,
  answer: { sid: 'IM1' },
  headers: null,
  started: 1000,
  milliseconds: 50,
  fault: null,
  ignored: [],
  violations: [],
};
const delivery: Delivery = {
  id: 1,
  time: '2026-01-01T00:00:00Z',
  queued: 1002,
  exchange: 4,
  fault: null,
  event: 'onMessageAdded',
  target: 'service-post',
  webhook_sid: null,
  conversation_sid: 'CH1',
  url: 'http://127.0.0.1:3000',
  called_url: 'http://127.0.0.1:3000',
  method: 'POST',
  parameters: {},
  idempotency_token: '',
  state: 'delivered',
  attempts: [],
};
const attempt = { time: '', error: null, signature: '', answer: '' };

test('a thread has the request, its record, webhooks by start with every attempt, receipts, clients and later requests', () => {
  const rows = rowsOf({
    exchange,
    sid: 'IM1',
    deliveries: [
      {
        ...delivery,
        attempts: [
          { ...attempt, started: 1060, milliseconds: 20, status: 503 },
          { ...attempt, started: 1090, milliseconds: 10, status: 200 },
        ],
      },
      {
        ...delivery,
        id: 2,
        event: 'onMessageAdd',
        target: 'service-pre',
        attempts: [{ ...attempt, started: 1005, milliseconds: 40, status: 200 }],
      },
      { ...delivery, id: 3, state: 'lost', fault: { rule: 7, effects: {} } },
    ],
    receipts: [
      {
        sid: 'DY1',
        to: '+15550001111',
        status: 'undelivered',
        error_code: 30003,
        date_updated: '2026-01-01T00:00:05Z',
        next: null,
      },
    ],
    notifications: [
      { time: 1003, change: 'message added', identity: 'ada', service: 'IS1', sent: true },
      { time: 1004, change: 'message added', identity: 'bob', service: 'IS1', sent: false },
    ],
    later: [{ ...exchange, id: 9, method: 'GET', operation: 'listserviceconversationmessage', started: 61_000 }],
  });
  expect(rows.map(({ kind, label, result, start, duration }) => [kind, label, result, start, duration])).toEqual([
    ['request', 'POST createserviceconversationmessage', '201', 0, 50],
    ['record', 'IM1', '', undefined, undefined],
    ['webhook', 'onMessageAdded', 'lost by fault rule 7', 2, 0],
    ['pre-action webhook', 'onMessageAdd', '200', 5, 40],
    ['webhook', 'onMessageAdded', '503', 60, 20],
    ['webhook', 'onMessageAdded, attempt 2', '200', 90, 10],
    ['receipt', '+15550001111', 'undelivered 30003', undefined, undefined],
    ['client', 'ada', 'message added', 3, undefined],
    ['client', 'bob', 'message added, dropped by a fault', 4, undefined],
    ['later request', 'GET listserviceconversationmessage', '201', 60_000, 50],
  ]);
  expect(axisEnd(rows)).toBe(100);
});

test('the pre-action webhook of the account is one as well', () => {
  const deliveries = ['account-pre', 'account-post'].map((target, id) => ({ ...delivery, id, target }));
  const rows = rowsOf({ exchange, sid: undefined, deliveries, receipts: [], notifications: [], later: [] });
  expect(rows.map(({ kind }) => kind)).toEqual(['request', 'pre-action webhook', 'webhook']);
});

test('a thread without a request starts with its first webhook', () => {
  const rows = rowsOf({
    exchange: undefined,
    sid: 'IM1',
    deliveries: [delivery],
    receipts: [],
    notifications: [],
    later: [],
  });
  expect(rows.map(({ kind, start }) => [kind, start])).toEqual([
    ['record', undefined],
    ['webhook', 0],
  ]);
});
