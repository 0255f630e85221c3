import { describe, expect, it } from 'vitest';
import { createMask } from '../../../src/contract/compare/mask.js';

const CH = `CH${'a'.repeat(32)}`;
const OTHER = `CH${'b'.repeat(32)}`;
const RL = `RL${'c'.repeat(32)}`;
const GIVEN = `MG${'d'.repeat(32)}`;

const record = (sid: string, more = {}) => ({
  sid,
  role_sid: RL,
  date_created: '2026-01-01T00:00:00Z',
  date_updated: '2026-01-01T00:00:00Z',
  url: `http://a.test/v1/Conversations/${sid}`,
  ...more,
});

describe('a mask', () => {
  it('names a SID by the step that created it, wherever it appears', () => {
    const mask = createMask({ inputs: [] });
    expect(mask.apply('room', record(CH))).toMatchObject({
      sid: '<room.sid>',
      role_sid: '<room.role_sid>',
      url: '<origin>/v1/Conversations/<room.sid>',
    });
    expect(mask.apply('later', { message: `${CH} was not found`, role_sid: RL })).toEqual({
      message: '<room.sid> was not found',
      role_sid: '<room.role_sid>',
    });
  });

  it('gives the same names for any order of keys', () => {
    const first = createMask({ inputs: [] }).apply('a', { role_sid: RL, owner_role_sid: RL, sid: CH });
    const second = createMask({ inputs: [] }).apply('a', { sid: CH, owner_role_sid: RL, role_sid: RL });
    expect(first).toEqual(second);
  });

  it('does not mask SIDs and dates from the inputs of the scenario', () => {
    const mask = createMask({
      inputs: { body: { MessagingServiceSid: GIVEN, DateCreated: '2020-02-02T03:00:00+01:00' } },
    });
    expect(mask.apply('a', { service: GIVEN, date: '2020-02-02T02:00:00Z' })).toEqual({
      service: GIVEN,
      date: '2020-02-02T02:00:00Z',
    });
  });

  it('does not mask a SID that appears only inside a longer string, so that a wrong link shows', () => {
    const mask = createMask({ inputs: [] });
    mask.apply('room', record(CH));
    expect(mask.apply('x', { url: `http://a.test/${OTHER}` })).toEqual({ url: `<origin>/${OTHER}` });
  });

  it('does not mask the origin of another host', () => {
    const mask = createMask({ inputs: [] });
    mask.apply('room', record(CH));
    expect(mask.apply('x', { url: 'http://b.test/v1' })).toEqual({ url: 'http://b.test/v1' });
  });

  it('masks the origin of a proxy, which its page URLs have', () => {
    const mask = createMask({ inputs: [], origin: 'http://proxy.test' });
    mask.apply('room', record(CH));
    expect(mask.apply('x', { url: 'http://proxy.test/v1' })).toEqual({ url: '<origin>/v1' });
  });

  it('masks page tokens', () => {
    const url = 'http://a.test/v1/Services?PageSize=1&Page=1&PageToken=PT123';
    expect(createMask({ inputs: [] }).apply('x', { next: `${url}&x=1` })).toEqual({
      next: `${url.replace('PT123', '<token>')}&x=1`,
    });
  });

  it('sorts a list whose order is free before it gives names', () => {
    const list = (sids: string[]) => ({
      meta: {},
      rooms: sids.map((sid) => ({ sid, name: sid === CH ? 'first' : 'second' })),
    });
    const one = createMask({ inputs: [] }).apply('x', list([CH, OTHER]), { order: 'free' });
    const two = createMask({ inputs: [] }).apply('x', list([OTHER, CH]), { order: 'free' });
    expect(one).toEqual(two);
  });

  it('keeps only the records that the scenario created, for a list with records of others', () => {
    const mask = createMask({ inputs: [] });
    mask.markCreated(CH);
    expect(mask.apply('x', { meta: {}, rooms: [{ sid: CH }, { sid: OTHER }] }, { only: 'ours' })).toMatchObject({
      rooms: [{ sid: '<x.rooms[0].sid>' }],
    });
  });

  it('replaces SIDs in commands by shell variables', () => {
    const mask = createMask({ inputs: [] });
    mask.apply('a role', record(CH));
    expect(mask.withShellVariables(`curl http://a.test/${CH}`)).toBe('curl http://a.test/$A_ROLE_SID');
  });
});

describe('masked times', () => {
  let clock = 0;
  const newMask = () => {
    clock = 0;
    return createMask({ inputs: [], now: () => clock });
  };

  it('are `<time>` within the run, and relative if they are in the future', () => {
    const mask = newMask();
    expect(mask.apply('a', { created: '2026-01-01T00:00:00Z', closes: '2026-01-01T00:10:00Z' })).toEqual({
      created: '<time>',
      closes: '<time +10 min>',
    });
    clock = 5 * 60_000;
    expect(mask.apply('b', { updated: '2026-01-01T00:05:00Z', closes: '2026-01-01T00:10:00Z' })).toEqual({
      updated: '<time>',
      closes: '<time +10 min>',
    });
  });

  it('are the same for any order of keys, with a timer that is due later', () => {
    const timers = { date_inactive: '2026-01-01T00:20:00Z' };
    const expected = { date_created: '<time>', timers: { date_inactive: '<time +20 min>' } };
    expect(newMask().apply('a', { ...record(CH), timers })).toMatchObject(expected);
    expect(newMask().apply('a', { timers, ...record(CH) })).toMatchObject(expected);
  });

  it('are not masked if they are before the run', () => {
    const mask = newMask();
    mask.apply('a', record(CH));
    expect(mask.apply('b', { created: '2025-12-31T00:00:00Z' })).toEqual({ created: '2025-12-31T00:00:00Z' });
  });

  it('show that a date is earlier than before', () => {
    const mask = newMask();
    mask.apply('a', record(CH, { date_updated: '2026-01-01T00:00:01Z' }));
    expect(mask.apply('b', record(CH))).toMatchObject({ date_updated: '<time, earlier than before>' });
    expect(mask.apply('c', record(OTHER, { date_updated: '2025-12-31T23:59:59Z' }))).toMatchObject({
      date_updated: '<time, earlier than date_created>',
    });
  });

  it('show that the creation date of a record has changed', () => {
    const mask = newMask();
    mask.apply('a', record(CH));
    const again = record(CH, { date_created: '2026-01-01T00:00:01Z', date_updated: '2026-01-01T00:00:01Z' });
    expect(mask.apply('b', again)).toMatchObject({ date_created: '<time, different from before>' });
  });

  it('are not masked in another format', () => {
    expect(newMask().apply('a', { created: '2026-01-01T00:00:00.000Z' })).toEqual({
      created: '2026-01-01T00:00:00.000Z',
    });
  });
});
