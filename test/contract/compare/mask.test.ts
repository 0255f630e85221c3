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
  it('names a SID by the step that made it, wherever it comes up again', () => {
    const mask = createMask({ written: [] });
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

  it('gives the same names whatever the order of keys', () => {
    const first = createMask({ written: [] }).apply('a', { role_sid: RL, owner_role_sid: RL, sid: CH });
    const second = createMask({ written: [] }).apply('a', { sid: CH, owner_role_sid: RL, role_sid: RL });
    expect(first).toEqual(second);
  });

  it('leaves a SID and a date that the scenario itself has given', () => {
    const mask = createMask({
      written: { body: { MessagingServiceSid: GIVEN, DateCreated: '2020-02-02T03:00:00+01:00' } },
    });
    expect(mask.apply('a', { service: GIVEN, date: '2020-02-02T02:00:00Z' })).toEqual({
      service: GIVEN,
      date: '2020-02-02T02:00:00Z',
    });
  });

  it('leaves a SID that it never saw alone inside a text, so that a wrong link shows', () => {
    const mask = createMask({ written: [] });
    mask.apply('room', record(CH));
    expect(mask.apply('x', { url: `http://a.test/${OTHER}` })).toEqual({ url: `<origin>/${OTHER}` });
  });

  it('leaves the origin of another host', () => {
    const mask = createMask({ written: [] });
    mask.apply('room', record(CH));
    expect(mask.apply('x', { url: 'http://b.test/v1' })).toEqual({ url: 'http://b.test/v1' });
  });

  it('hides page tokens, which are opaque', () => {
    const url = 'http://a.test/v1/Services?PageSize=1&Page=1&PageToken=PT123';
    expect(createMask({ written: [] }).apply('x', { next: `${url}&x=1` })).toEqual({
      next: `${url.replace('PT123', '<token>')}&x=1`,
    });
  });

  it('puts a list whose order is free into one order before it gives names', () => {
    const list = (sids: string[]) => ({
      meta: {},
      rooms: sids.map((sid) => ({ sid, name: sid === CH ? 'first' : 'second' })),
    });
    const one = createMask({ written: [] }).apply('x', list([CH, OTHER]), { order: 'free' });
    const two = createMask({ written: [] }).apply('x', list([OTHER, CH]), { order: 'free' });
    expect(one).toEqual(two);
  });

  it('looks only at what the scenario made where others have made things too', () => {
    const mask = createMask({ written: [] });
    mask.made(CH);
    expect(mask.apply('x', { meta: {}, rooms: [{ sid: CH }, { sid: OTHER }] }, { only: 'ours' })).toMatchObject({
      rooms: [{ sid: '<x.rooms[0].sid>' }],
    });
  });

  it('writes shell variables in place of SIDs', () => {
    const mask = createMask({ written: [] });
    mask.apply('a role', record(CH));
    expect(mask.variables(`curl http://a.test/${CH}`)).toBe('curl http://a.test/$A_ROLE_SID');
  });
});

describe('the times of a mask', () => {
  let clock = 0;
  const newMask = () => {
    clock = 0;
    return createMask({ written: [], now: () => clock });
  };

  it('become `<time>` within the run, and a distance when they lie ahead', () => {
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

  it('stay when they lie before the run', () => {
    const mask = newMask();
    mask.apply('a', record(CH));
    expect(mask.apply('b', { created: '2025-12-31T00:00:00Z' })).toEqual({ created: '2025-12-31T00:00:00.000Z' });
  });

  it('show when they run backward', () => {
    const mask = newMask();
    mask.apply('a', record(CH, { date_updated: '2026-01-01T00:00:01Z' }));
    expect(mask.apply('b', record(CH))).toMatchObject({ date_updated: '<time, earlier than before>' });
    expect(mask.apply('c', record(OTHER, { date_updated: '2025-12-31T23:59:59Z' }))).toMatchObject({
      date_updated: '<time, earlier than date_created>',
    });
  });

  it('show when a record is suddenly created at another time', () => {
    const mask = newMask();
    mask.apply('a', record(CH));
    const again = record(CH, { date_created: '2026-01-01T00:00:01Z', date_updated: '2026-01-01T00:00:01Z' });
    expect(mask.apply('b', again)).toMatchObject({ date_created: '<time, another than before>' });
  });

  it('stay as they are in another format', () => {
    expect(newMask().apply('a', { created: '2026-01-01T00:00:00.000Z' })).toEqual({
      created: '2026-01-01T00:00:00.000Z',
    });
  });
});
