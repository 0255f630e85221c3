import { expect, test } from 'vitest';
import { startWebhookTarget } from '../../../helpers/webhook-target.js';
import { callOk, WITH_WEBHOOKS, START_TIME, sidOf, startSim } from '../../../helpers/sim.js';

const DAY = 24 * 3600 * 1000;

/** A world with a service and its own clock. */
async function setUp(clock: string = START_TIME) {
  const sim = await startSim({ clock });
  const world = sim.world('clock');
  const inside = { ChatServiceSid: sidOf(await callOk(world, 'createservice', { body: { FriendlyName: 'Desk' } })) };
  const open = async (body: object) => sidOf(await callOk(world, 'createserviceconversation', { ...inside, body }));
  const stateOf = async (sid: string) => {
    const { state, timers, date_updated } = await callOk(world, 'fetchserviceconversation', { ...inside, Sid: sid });
    return { state, timers, date_updated };
  };
  return { sim, world, inside, open, stateOf };
}

test('a manual clock moves only when it is advanced, and a timer of a day takes milliseconds', async () => {
  const { world, open, stateOf } = await setUp();
  const sid = await open({ 'Timers.Inactive': 'PT24H' });
  expect(await world.clock.show()).toEqual({
    mode: 'manual',
    now: '2026-01-01T00:00:00.000Z',
    nextDue: '2026-01-02T00:00:00.000Z',
  });
  await world.clock.advance('PT23H59M59S');
  expect(await stateOf(sid)).toMatchObject({ state: 'active', timers: { date_inactive: '2026-01-02T00:00:00Z' } });
  expect(await world.clock.advance('PT1S')).toMatchObject({ now: '2026-01-02T00:00:00.000Z', nextDue: null });
  expect(await stateOf(sid)).toEqual({ state: 'inactive', timers: {}, date_updated: '2026-01-02T00:00:00Z' });
});

test('timers that become due take effect at their own time, in order', async () => {
  const { world, inside, open } = await setUp();
  const app = await startWebhookTarget(world.authToken);
  const hooks = { PostWebhookUrl: app.origin, Filters: ['onConversationStateUpdated'] };
  await callOk(world, 'updateservicewebhookconfiguration', { ...inside, body: hooks });
  await open({ 'Timers.Inactive': 'PT2H' });
  await open({ 'Timers.Inactive': 'PT1H', 'Timers.Closed': 'PT3H' });
  await world.clock.advance('P1D');
  const changes = app.received.map(({ parameters: { StateTo, StateUpdated } }) => `${StateUpdated} ${StateTo}`);
  expect(changes).toEqual([
    '2026-01-01T01:00:00.000Z inactive',
    '2026-01-01T02:00:00.000Z inactive',
    '2026-01-01T04:00:00.000Z closed',
  ]);
});

test('run-to-idle moves the clock to the last due timer and no further', async () => {
  const { world, open, stateOf } = await setUp();
  const sid = await open({ 'Timers.Inactive': 'PT1H', 'Timers.Closed': 'P2D' });
  expect(await world.clock.runToIdle()).toMatchObject({ now: '2026-01-03T01:00:00.000Z', nextDue: null });
  expect((await stateOf(sid)).state).toBe('closed');
  expect(await world.clock.runToIdle()).toMatchObject({ now: '2026-01-03T01:00:00.000Z' });
});

test('a message restarts the timers', async () => {
  const { world, inside, open, stateOf } = await setUp();
  const sid = await open({ 'Timers.Inactive': 'PT1H' });
  await world.clock.advance('PT50M');
  await callOk(world, 'createserviceconversationmessage', { ...inside, ConversationSid: sid, body: { Body: 'Hi' } });
  await world.clock.advance('PT50M');
  expect(await stateOf(sid)).toMatchObject({ state: 'active', timers: { date_inactive: '2026-01-01T01:50:00Z' } });
});

test('setting the clock forward fires timers, setting it backward undoes nothing', async () => {
  const { world, open, stateOf } = await setUp();
  const sid = await open({ 'Timers.Inactive': 'PT1H' });
  await world.clock.set({ now: '2027-01-01T00:00:00Z' });
  expect((await stateOf(sid)).state).toBe('inactive');
  await world.clock.set({ now: new Date('2025-01-01T00:00:00Z') });
  expect((await world.clock.show()).now).toBe('2025-01-01T00:00:00.000Z');
  expect((await stateOf(sid)).state).toBe('inactive');
  await expect(world.clock.set({ now: 'tomorrow' })).rejects.toThrow(
    '`now` must be an ISO 8601 datetime such as 2026-01-01T00:00:00Z, not "tomorrow"',
  );
});

test('each world has its own clock', async () => {
  const { sim, world } = await setUp();
  await world.clock.advance('P1D');
  expect((await sim.world('other').clock.show()).now).toBe('2026-01-01T00:00:00.000Z');
});

test('a real clock runs, fires timers when they are due, and can be advanced', async () => {
  const { world, open, stateOf } = await setUp('real');
  const sid = await open({ 'Timers.Inactive': 'PT1M' });
  const { mode, now } = await world.clock.show();
  expect(mode).toBe('real');
  expect(Math.abs(Date.parse(now) - Date.now())).toBeLessThan(10_000);
  await world.clock.advance('PT59.9S');
  while ((await stateOf(sid)).state !== 'inactive') await new Promise((resolve) => setTimeout(resolve, 10));
  expect(Date.parse((await world.clock.show()).now) - Date.now()).toBeGreaterThan(50_000);
});

test('an automatic clock jumps to the next timer when the world is idle', async () => {
  const { world, open, stateOf } = await setUp('auto');
  const before = Date.parse((await world.clock.show()).now);
  const sid = await open({ 'Timers.Inactive': 'P1D', 'Timers.Closed': 'P2D' });
  while ((await stateOf(sid)).state !== 'closed') await new Promise((resolve) => setTimeout(resolve, 10));
  expect(Date.parse((await world.clock.show()).now) - before).toBeGreaterThanOrEqual(3 * DAY);
});

test('an automatic clock does not jump while an app processes a webhook', async () => {
  const { world, inside, stateOf } = await setUp('auto');
  const app = await startWebhookTarget(world.authToken);
  const hooks = { PostWebhookUrl: app.origin, Filters: ['onConversationAdded'] };
  await callOk(world, 'updateservicewebhookconfiguration', { ...inside, body: hooks });
  const states: unknown[] = [];
  app.respondWith(async ({ parameters: { ConversationSid: sid = '' } }) => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    states.push((await stateOf(sid)).state);
    return {};
  });
  const input = { ...inside, ...WITH_WEBHOOKS, body: { 'Timers.Inactive': 'P1D' } };
  const sid = sidOf(await callOk(world, 'createserviceconversation', input));
  await world.webhooks.waitFor('onConversationAdded');
  expect(states).toEqual(['active']);
  while ((await stateOf(sid)).state !== 'inactive') await new Promise((resolve) => setTimeout(resolve, 10));
});

test('a clock keeps its time when its mode changes', async () => {
  const { world } = await setUp();
  expect(await world.clock.set({ mode: 'real' })).toMatchObject({ mode: 'real' });
  expect((await world.clock.show()).now.slice(0, 10)).toBe('2026-01-01');
  expect(await world.clock.set({ mode: 'manual', now: START_TIME })).toMatchObject({ now: '2026-01-01T00:00:00.000Z' });
});
