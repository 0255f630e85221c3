import { describe, expect, it } from 'vitest';
import { fixedClock, parseClock, WorldClock } from '../../../../src/backends/simulator/kernel/clock.js';
import { createTestSimulator } from '../../../helpers/simulator.js';

describe('a clock', () => {
  it('stays at one time in UTC when it is fixed', () => {
    const clock = fixedClock('2026-01-01T01:00:00+01:00');
    expect([clock.now(), clock.now()]).toEqual([Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 1)]);
    expect(fixedClock('2026-01-01').now()).toBe(Date.UTC(2026, 0, 1));
  });

  it.each(['tomorrow', '', '2026-02-30', 'Jan 1 2026'])(
    'rejects "%s" and gives an example of a valid datetime',
    (text) => {
      expect(() => fixedClock(text)).toThrow(/2026-01-01T00:00:00Z/);
      expect(() => parseClock(text)).toThrow(/2026-01-01T00:00:00Z/);
    },
  );

  it('is described by a mode, or by the start time of a manual clock', () => {
    expect(parseClock('real')).toEqual({ mode: 'real' });
    expect(parseClock('auto')).toEqual({ mode: 'auto' });
    expect(parseClock('2026-01-01T00:00:00Z')).toEqual({ mode: 'manual', start: Date.UTC(2026, 0, 1) });
  });

  it('moves only when it is set in manual mode, and continues from there in real mode', () => {
    const clock = new WorldClock({ mode: 'manual', start: 1000 });
    expect(clock.now()).toBe(1000);
    clock.set(5000);
    expect(clock.now()).toBe(5000);
    clock.setMode('real');
    expect(clock.now()).toBeGreaterThanOrEqual(5000);
  });

  it('is the only source of dates in responses', async () => {
    const { clock, callOk } = await createTestSimulator();
    clock.set('2031-05-06T07:08:09.999Z');
    expect(await callOk('createservice', { body: { FriendlyName: 'x' } })).toMatchObject({
      date_created: '2031-05-06T07:08:09Z',
      date_updated: '2031-05-06T07:08:09Z',
    });
  });
});
