import { expect, onTestFinished, test, vi } from 'vitest';
import { validate } from '../../src/cli/capability.js';
import { readCommandLine } from '../../src/cli/command-line.js';
import { contract, record } from '../../src/cli/contract/commands.js';
import { control } from '../../src/cli/control.js';
import { exec } from '../../src/cli/exec.js';
import { mcp } from '../../src/cli/mcp.js';
import { generate } from '../../src/cli/seed.js';
import { serve } from '../../src/cli/serve.js';
import { status } from '../../src/cli/status.js';
import { stop } from '../../src/cli/stop.js';
import { tail } from '../../src/cli/tail.js';

const read = (...args: string[]) => readCommandLine(args, [serve, mcp, control, exec, tail, validate, generate]);

test.each([serve, mcp, control, exec, tail, status, stop, contract, record, validate, generate])(
  'the help of $name ends with examples, and has its flags in groups if there are many',
  (command) => {
    let text = '';
    const output = vi.spyOn(process.stdout, 'write').mockImplementation((part) => {
      text += String(part);
      return true;
    });
    onTestFinished(() => output.mockRestore());
    expect(() => readCommandLine([...command.name.split(' '), '--help'], [command])).toThrow('(outputHelp)');
    expect(text).toMatch(/\n\nExamples:\n {2}understudy [^\n]+\n/);
    const [groups, flags] = [/^[A-Z][^\n]*:$/gm, /^ +--/gm].map((pattern) => text.match(pattern)?.length ?? 0);
    expect((flags ?? 0) <= 12 || (groups ?? 0) > 4).toBe(true);
  },
);

test('serve is the default command', () => {
  expect(read().command).toBe(serve);
  expect(read('--rest-port', '1')).toMatchObject({ command: serve, settings: { restPort: 1 } });
  expect(read('serve').command).toBe(serve);
});

test('every other command is selected by its name', () => {
  expect(read('mcp', '--seed', 'x')).toMatchObject({ command: mcp, settings: { seed: 'x' } });
  expect(read('capability', 'validate', 'f.yaml', '--strict', '--json')).toEqual({
    command: validate,
    settings: { file: 'f.yaml', strict: true, json: true },
  });
  const args = ['--conversations', '2', '--messages', '3', '--rng-seed', 's', '--out', 'f.yaml'];
  expect(read('seed', 'generate', ...args)).toEqual({
    command: generate,
    settings: { conversations: 2, messages: 3, rngSeed: 's', out: 'f.yaml' },
  });
  expect(read('control', 'clock.advance', 'by=PT1H', '--world', 'AC1', 'to=x')).toMatchObject({
    command: control,
    settings: { control: 'clock.advance', values: ['by=PT1H', 'to=x'], world: 'AC1' },
  });
});

test('exec leaves the flags of its program alone', () => {
  const expected = { command: exec, settings: { command: ['node', '-p', '1', '--url', 'x'] } };
  expect(read('exec', 'node', '-p', '1', '--url', 'x')).toMatchObject(expected);
  expect(read('exec', '--', 'node', '-p', '1', '--url', 'x')).toMatchObject(expected);
});

test.each([
  [['sreve'], 'there is no command "sreve". Did you mean `serve`?'],
  [['tial'], 'there is no command "tial". Did you mean `tail`?'],
  [['something-else'], 'there is no command "something-else": see --help'],
  [['seed', 'generate', '--conversations', '1', '--messages', '1'], '--rng-seed'],
  [['seed', 'generate', '--conversations', 'x', '--messages', '1', '--rng-seed', 's'], 'whole number'],
  [['mcp', '--rest-port', '1'], "unknown option '--rest-port'"],
  [['--port', '1'], 'there is no flag --port, because a server has two ports: --rest-port'],
  [['serve', '--port=1'], '--mcp-port'],
  [['serve', '--rest-prot', '1'], 'Did you mean --rest-port?'],
])('%j is refused', (args, message) => {
  expect(() => read(...args)).toThrow(message);
});
