import type { CapabilityFile } from '../../capability/capability.js';
import type { Tool } from '../../capability/surfaces.js';
import { UnderstudyError } from '../../core/errors.js';
import { didYouMean } from '../../util/did-you-mean.js';

type ToolFile = Pick<CapabilityFile, 'namespace' | 'tools'>;

/** The tools that MCP clients can use. One list of all tools is longer than hosts show to a model. */
export interface ToolSets {
  /** Offered at `/mcp` and on stdio. */
  readonly byDefault: readonly Tool[];
  /** Offered at `/mcp/NAME`: the tools of each capability file, and `all`. */
  readonly byName: ReadonlyMap<string, readonly Tool[]>;
}

/** The name of a file's tools: the last word of its namespace, e.g. `account` for `conversations-account`. */
function setNameOf({ namespace }: Pick<CapabilityFile, 'namespace'>): string {
  return namespace.slice(namespace.lastIndexOf('-') + 1);
}

/**
 * Selects the tools to offer. A set's name chooses what is offered by default; without a choice it is the first file's set.
 * `read-only` and a comma-separated list of tools also limit the sets, so that no path offers more than was allowed.
 * @throws UnderstudyError for an unknown name
 */
export function selectTools(files: readonly [ToolFile, ...ToolFile[]], choice?: string): ToolSets {
  const byName = setsOf(files);
  const all = byName.get('all') ?? [];
  const firstSet = byName.get(setNameOf(files[0])) ?? [];
  if (choice === undefined) return { byDefault: firstSet, byName };
  const chosen = byName.get(choice);
  if (chosen !== undefined) return { byDefault: chosen, byName };
  if (choice === 'read-only') {
    return { byDefault: firstSet.filter(isReadOnly), byName: limited(byName, isReadOnly) };
  }
  const selected = new Set(choice.split(',').map((name) => name.trim()));
  checkNames(selected, all, byName);
  const isSelected = ({ name }: Tool): boolean => selected.has(name);
  return { byDefault: all.filter(isSelected), byName: limited(byName, isSelected) };
}

function setsOf(files: readonly ToolFile[]): Map<string, readonly Tool[]> {
  const sets = new Map<string, readonly Tool[]>();
  for (const file of files) sets.set(setNameOf(file), [...(sets.get(setNameOf(file)) ?? []), ...file.tools]);
  return sets.set(
    'all',
    files.flatMap(({ tools }) => tools),
  );
}

function limited(sets: ToolSets['byName'], isOffered: (tool: Tool) => boolean): ToolSets['byName'] {
  return new Map([...sets].map(([name, tools]) => [name, tools.filter(isOffered)]));
}

function checkNames(names: Iterable<string>, tools: readonly Tool[], sets: ToolSets['byName']): void {
  const known = tools.map((tool) => tool.name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const hint = didYouMean(name, [...known, ...sets.keys(), 'read-only']);
    throw new UnderstudyError('UNDERSTUDY_BAD_OPTION', `--mcp-tools: there is no tool \`${name}\`.${hint}`);
  }
}

const isReadOnly = ({ hints }: Tool): boolean => hints.readOnly;
