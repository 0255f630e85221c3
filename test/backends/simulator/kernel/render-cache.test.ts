import { describe, expect, it } from 'vitest';
import { fixedClock } from '../../../../src/backends/simulator/kernel/clock.js';
import { View } from '../../../../src/backends/simulator/kernel/context.js';
import { Links } from '../../../../src/backends/simulator/kernel/links.js';
import { createRenderCache } from '../../../../src/backends/simulator/kernel/render-cache.js';
import { World } from '../../../../src/backends/simulator/kernel/world.js';
import type { Scope } from '../../../../src/core/operation.js';

const links = new Links([]);
const clock = fixedClock('2026-01-01T00:00:00Z');

interface Seen {
  readonly account?: string;
  readonly origin?: string;
  readonly scope?: Scope;
}

function viewOf({ account = 'AC1', origin = 'http://a.test', scope = 'service' }: Seen = {}): View {
  return new View(new World({ tables: [], settings: [] }, account, 'key', clock), links, origin, scope);
}

function createCountingCache() {
  let count = 0;
  const { one: render, several } = createRenderCache<{ readonly name: string }>(
    ({ name }, { world, origin, scope }) => {
      count += 1;
      return { name, account: world.account, origin, scope };
    },
  );
  return { render, several, count: () => count };
}

describe('rendered records', () => {
  const record = { name: 'é' };

  it('are rendered once', () => {
    const { render, count } = createCountingCache();
    const first = render(record, viewOf());
    expect(render(record, viewOf())).toBe(first);
    expect(count()).toBe(1);
    expect(first.isAscii).toBe(false);
  });

  it.each<Seen>([{ account: 'AC2' }, { origin: 'http://b.test' }, { scope: 'account' }])(
    'are rendered again for %o, which is in the response',
    (other) => {
      const { render } = createCountingCache();
      const first = render(record, viewOf());
      const second = render(record, viewOf(other));
      expect(JSON.parse(second.text)).toEqual({ ...(JSON.parse(first.text) as object), ...other });
    },
  );

  it('are rendered again after a change, which makes a new record', () => {
    const { render } = createCountingCache();
    render(record, viewOf());
    expect(render({ ...record, name: 'changed' }, viewOf()).text).toContain('changed');
  });
});

describe('the records of a page', () => {
  const records = [{ name: 'a' }, { name: 'b' }];
  const others = { 'a longer page': [...records, { name: 'c' }], 'a changed record': [records[0], { name: 'B' }] };

  it('are joined once', () => {
    const { several } = createCountingCache();
    const first = several(records, viewOf());
    expect(several([...records], viewOf())).toBe(first);
    expect(JSON.parse(`[${first.text}]`)).toMatchObject(records);
    expect(first.isAscii).toBe(true);
  });

  it.each(Object.entries(others))('are joined again for %s', (_, changed) => {
    const { several } = createCountingCache();
    several(records, viewOf());
    expect(JSON.parse(`[${several(changed as typeof records, viewOf()).text}]`)).toMatchObject(changed);
  });

  it('are joined again for another world, which is in the response', () => {
    const { several } = createCountingCache();
    several(records, viewOf());
    expect(several(records, viewOf({ account: 'AC2' })).text).toContain('AC2');
  });

  it('are not ASCII if one is not', () => {
    const { several } = createCountingCache();
    expect(several([{ name: 'a' }, { name: 'é' }], viewOf()).isAscii).toBe(false);
  });

  it('are none in an empty page', () => {
    expect(createCountingCache().several([], viewOf()).text).toBe('');
  });
});
