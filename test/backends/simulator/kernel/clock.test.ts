import { describe, expect, it } from 'vitest';
import { fixedClock, parseClock, WorldClock } from '../../../../src/backends/simulator/kernel/clock.js';
import { createTestSimulator } from '../../../helpers/simulator.js';

describe('a clock', () => {
  it('that is fixed stands still, at a moment of UTC', () => {
    const clock = fixedClock('2026-01-01T01:00:00+01:00');
    expect([clock.now(), clock.now()]).toEqual([Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 1)]);
    expect(fixedClock('2026-01-01').now()).toBe(Date.UTC(2026, 0, 1));
  });

  it.each(['tomorrow', '', '2026-02-30', 'Jan 1 2026'])(
    'cannot be set to "%s", and says how to write a moment',
    (text) => {
      expect(() => fixedClock(text)).toThrow(/2026-01-01T00:00:00Z/);
      expect(() => parseClock(text)).toThrow(/2026-01-01T00:00:00Z/);
    },
  );

  it('is asked for by its way of running, or by the moment at which it stands', () => {
    expect(parseClock('real')).toEqual({ mode: 'real' });
    expect(parseClock('auto')).toEqual({ mode: 'auto' });
    expect(parseClock('2026-01-01T00:00:00Z')).toEqual({ mode: 'manual', start: Date.UTC(2026, 0, 1) });
  });

  it('that is manual moves only when told, and goes on from there when it runs', () => {
    const clock = new WorldClock({ mode: 'manual', start: 1000 });
    expect(clock.now()).toBe(1000);
    clock.set(5000);
    expect(clock.now()).toBe(5000);
    clock.setMode('real');
    expect(clock.now()).toBeGreaterThanOrEqual(5000);
  });

  it('is the only source of the dates in answers', async () => {
    const { clock, get } = await createTestSimulator();
    clock.set('2031-05-06T07:08:09.999Z');
    expect(await get('createservice', { body: { FriendlyName: 'x' } })).toMatchObject({
      date_created: '2031-05-06T07:08:09Z',
      date_updated: '2031-05-06T07:08:09Z',
    });
  });
});
