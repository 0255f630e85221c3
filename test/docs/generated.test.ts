/**
 * The generated files and tables of the documentation: `npm run generate` writes them from code and capability files.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, type FormatConfig } from 'oxfmt';
import { describe, expect, it } from 'vitest';
import { refusals } from '../../src/backends/simulator/conversations/refusals.js';
import { loadCapability } from '../../src/capability/load.js';
import { understudyErrors, type UnderstudyErrorName } from '../../src/core/errors.js';
import { createUnderstudy } from '../../src/index.js';
import { errorDescriptions } from './error-descriptions.js';
import { pageOf, root } from './pages.js';
import { SCENARIO_LIST, scenarioList } from './scenario-list.js';

type Row = readonly string[];

function table(head: Row, rows: readonly Row[]): string {
  const line = (cells: Row) => `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function operationTable(): string {
  const { operations, tools } = loadCapability();
  const rows = operations.map(({ name, method, path }) => {
    const tool = tools.find(({ operation }) => operation.name === name)?.name ?? '';
    return [`\`${name}\``, `${method} \`${path}\``, `\`${tool}\``];
  });
  return table(['Operation', 'Method and path at Twilio', 'MCP tool'], rows);
}

function errorTable(): string {
  const rows = Object.entries(understudyErrors).map(([name, { code, status }]) => [
    `\`${name}\``,
    String(code),
    String(status),
    errorDescriptions[name as UnderstudyErrorName],
  ]);
  return table(['Name', 'Code', 'HTTP status', 'When'], rows);
}

function refusalTable(): string {
  const rows = Object.entries(refusals).map(([code, [status, message, source]]) => [
    code,
    String(status),
    message,
    source,
  ]);
  return table(['Code', 'HTTP status', 'Message', 'Source'], rows);
}

async function controlTable(): Promise<string> {
  const { controls, close } = await createUnderstudy({ logLevel: 'silent' });
  const rows = controls.list.map(({ name, changes, input, description }) => {
    const { properties, required = [] } = input;
    const inputs = Object.keys(properties).map((key) => (required.includes(key) ? `\`${key}\`` : `[\`${key}\`]`));
    return [`\`${name}\``, changes ? 'POST' : 'GET, POST', inputs.join(' '), description];
  });
  await close();
  return table(['Control', 'Method', 'Inputs', 'What it does'], rows);
}

const TABLES: Readonly<Record<string, () => string | Promise<string>>> = {
  operations: operationTable,
  errors: errorTable,
  refusals: refusalTable,
  controls: controlTable,
};

const SECTION = /(<!-- generated: (\w+) -->\n).*?(<!-- end generated -->)/gs;

async function regenerated(file: string): Promise<string> {
  const text = pageOf(file)?.text ?? '';
  const tables = new Map<string, string>();
  for (const [, , name = ''] of text.matchAll(SECTION)) tables.set(name, (await TABLES[name]?.()) ?? '');
  const filled = text.replaceAll(
    SECTION,
    (_, begin: string, name: string, end: string) => `${begin}\n${tables.get(name)}\n\n${end}`,
  );
  return formatted(file, filled);
}

const formatOptions = JSON.parse(readFileSync(join(root, '.oxfmtrc.json'), 'utf8')) as FormatConfig;

async function formatted(file: string, text: string): Promise<string> {
  const { code, errors } = await format(file, text, formatOptions);
  if (errors.length > 0) throw new Error(`Cannot format ${file}: ${errors[0]?.message}`);
  return code;
}

describe('the generated tables are up to date (otherwise run: npm run generate)', () => {
  it.each(['capability/operations.md', 'src/core/README.md', 'src/control/README.md'])('%s', async (file) => {
    await expect(await regenerated(file)).toMatchFileSnapshot(join(root, file));
  });
});

describe('the generated source files are up to date (otherwise run: npm run generate)', () => {
  it.each([SCENARIO_LIST])('%s', async () => {
    const text = await formatted(SCENARIO_LIST, await scenarioList());
    await expect(text).toMatchFileSnapshot(join(root, SCENARIO_LIST));
  });
});
