import { expect, it } from 'vitest';
import { SentLog } from '../../src/backends/simulator/client/sent-log.js';
import type { World } from '../../src/backends/simulator/kernel/world.js';

// Only items of users are looked up in the world.
const world = {} as World;
const recipients = [{ serviceSid: 'IS1', identity: 'ada', wasSent: true }];
const messages = { kind: 'messages', name: 'CH1.messages', ownerSid: 'CH1' } as const;
const roster = { kind: 'roster', name: 'CH1.roster', ownerSid: 'CH1' } as const;

it('names the record that has changed, and a removed message by its conversation', () => {
  const log = new SentLog();
  const send = (name: typeof messages | typeof roster, key: string, type: string, data: object) =>
    log.add(world, { name, key }, { type, event: { id: 1, item_data: { ...data } } }, recipients);
  send(messages, '0', 'list_item_added', { sid: 'IM1' });
  send(messages, '0', 'list_item_removed', {});
  send(roster, 'MB1', 'map_item_updated', {});
  expect(['IM1', 'CH1', 'MB1', 'MB2'].map((record) => log.of(record).map(({ change }) => change))).toEqual([
    ['message added'],
    ['message removed'],
    ['participant updated'],
    [],
  ]);
});

it('keeps the last 1,000 changes, and none that nobody has received', () => {
  const log = new SentLog();
  const event = { type: 'list_item_added', event: { id: 1, item_data: { sid: 'IM1' } } };
  for (let i = 0; i < 3500; i += 1) log.add(world, { name: messages, key: '0' }, event, recipients);
  log.add(world, { name: messages, key: '0' }, event, []);
  expect(log.of('IM1')).toHaveLength(1000);
});
