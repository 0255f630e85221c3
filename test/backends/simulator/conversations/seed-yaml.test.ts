import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { generateSeed } from '../../../../src/backends/simulator/conversations/seed/generate.js';
import { parseSeed } from '../../../../src/backends/simulator/conversations/seed/format.js';
import { lineAt, readYaml, YamlSyntaxError } from '../../../../src/backends/simulator/conversations/seed/yaml-text.js';

const folder = new URL('../../../../fixtures/seeds/', import.meta.url);
const seeds = readdirSync(folder).map((file) => [file, readFileSync(new URL(file, folder), 'utf8')] as const);
const generated = generateSeed({ conversations: 20, messages: 3, rngSeed: 'test' });

it.each([...seeds, ['a generated seed', generated] as const])(
  'the fast and the exact reader read the same from %s',
  (_, text) => {
    expect(readYaml(text)).toEqual(parse(text));
  },
);

// The kinds of scalars in which readers of YAML 1.1 and 1.2 differ.
const scalars = `~ null Null nul true TRUE yes no on off 0 -0 +15550000000 0123 08 1_000 0o14 0o9 0x1F 0X1f .5 1. 1.5e3 1e3
  -.inf .Inf .NaN 2001-12-14 2001-12-14T21:59:43Z 1:30 12345678901234567890 a#b [a,b] {a:1} "\\u263A" 'it''s' <<`;
it.each(scalars.split(/\s+/))('the two readers read the scalar %s alike', (scalar) => {
  expect(readYaml(`k: ${scalar}`)).toEqual(parse(`k: ${scalar}`));
});

it('the two readers read texts of several lines alike', () => {
  const text = 'a: |\n  x\n   y\n\nb: >-\n  x\n  y\n\n  z\nc: x\n  y\n"d": "x\\\n  y"\ne: [1,\n  2]\n';
  expect(readYaml(text)).toEqual(parse(text));
});

it('aliases are read, but not those that would make a small text very large', () => {
  expect(readYaml('a: &x [1]\nb: *x')).toEqual({ a: [1], b: [1] });
  const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${'*l'.concat(`${i}, `).repeat(9)}]`);
  expect(() => readYaml(['l0: &l0 [1]', ...levels].join('\n'))).toThrow(/alias/i);
});

it('an error names the line of the text', () => {
  const error = (() => {
    try {
      return readYaml('a: 1\nb: [1\nc: 2\n');
    } catch (caught) {
      return caught;
    }
  })();
  expect(error).toBeInstanceOf(YamlSyntaxError);
  expect((error as YamlSyntaxError).line).toBeGreaterThan(1);
  expect(lineAt('a:\n  - x\n  - y\n', ['a', 1])).toBe(3);
  expect(lineAt('a:\n  - x\n  - y\n', ['a', 7])).toBe(2);
});

it('a large seed does not keep its document, and gives every world the same', () => {
  const small = parseSeed(generated, 'seed.yaml');
  expect(small.document()).toBe(small.document());
  const large = parseSeed(`${generated}# ${'x'.repeat(1_000_000)}\n`, 'seed.yaml');
  const [first, second] = [large.document(), large.document()];
  expect(second).not.toBe(first);
  expect(second).toEqual(first);
});
