import type { Operation } from '../core/operation.js';
import { didYouMean } from '../util/did-you-mean.js';
import type { ExposedEntry, McpEntry, RestEntry } from './document.js';
import type { Notes } from './notes.js';
import type { DocumentPath } from './source.js';
import { placeholdersOf, plainPath, titleOf, type Route, type Tool } from './surfaces.js';

/** What a surface's `call:` may name: the consumed operations by their full name. */
export type Callable = ReadonlyMap<string, Operation>;

/** The routes of a REST entry, in file order. Entries with a error are left out. */
export function routesOf(entry: RestEntry, at: DocumentPath, callable: Callable, notes: Notes): Route[] {
  const routes: Route[] = [];
  const taken = new Map<string, string>();
  const names = new Set<string>();
  for (const [r, resource] of entry.resources.entries()) {
    for (const [o, operation] of resource.operations.entries()) {
      const path = [...at, 'resources', r, 'operations', o];
      if (names.has(operation.name)) {
        notes.error(
          [...path, 'name'],
          `The REST operation \`${operation.name}\` is there twice. Rename or remove one.`,
        );
      }
      names.add(operation.name);
      const address = `${operation.method} ${plainPath(resource.path).toLowerCase()}`;
      const twin = taken.get(address);
      if (twin !== undefined) {
        notes.error(path, `\`${operation.name}\` and \`${twin}\` have the same route ${address}. Change one.`);
      }
      taken.set(address, operation.name);
      const target = resolveCall(operation, path, callable, notes);
      if (!target) continue;
      const inputs = inputsOf(operation, 'rest', entry.namespace, target, path, notes);
      routes.push({
        method: operation.method,
        path: plainPath(resource.path),
        description: operation.description ?? target.description,
        operation: target,
        inputs: placed(operation.name, resource.path, inputs, target, [...at, 'resources', r, 'path'], notes),
      });
    }
  }
  return routes;
}

/** The tools of an MCP entry, in file order. Entries with a error are left out. */
export function toolsOf(entry: McpEntry, at: DocumentPath, callable: Callable, notes: Notes): Tool[] {
  const tools: Tool[] = [];
  const names = new Set<string>();
  for (const [t, tool] of entry.tools.entries()) {
    const path = [...at, 'tools', t];
    if (names.has(tool.name))
      notes.error([...path, 'name'], `The tool \`${tool.name}\` is there twice. Rename or remove one.`);
    names.add(tool.name);
    const target = resolveCall(tool, path, callable, notes);
    if (!target) continue;
    if (target.method === 'DELETE') notes.interpretation('no-content', [...path, 'call'], tool.name);
    tools.push({
      name: tool.name,
      title: titleOf(tool.name),
      description: tool.description ?? target.description,
      hints: {
        readOnly: tool.hints?.readOnly ?? false,
        // Absent hints mean the careful thing, as in MCP itself.
        destructive: tool.hints?.destructive ?? true,
        idempotent: tool.hints?.idempotent ?? false,
      },
      operation: target,
      inputs: inputsOf(tool, 'tools', entry.namespace, target, path, notes),
    });
  }
  return tools;
}

function resolveCall(entry: ExposedEntry, at: DocumentPath, callable: Callable, notes: Notes): Operation | undefined {
  const operation = callable.get(entry.call);
  if (!operation) {
    const hint = didYouMean(entry.call, callable.keys());
    notes.error([...at, 'call'], `\`${entry.name}\` calls \`${entry.call}\`, which no \`consumes\` entry has.${hint}`);
  }
  for (const [i, output] of (entry.outputParameters ?? []).entries()) {
    const path = [...at, 'outputParameters', i];
    if (output.type === 'object' && output.mapping === '$.' && output.properties === undefined) {
      notes.interpretation('whole-body', path, entry.name);
    } else {
      notes.error(
        path,
        `\`${entry.name}\` maps its answer; only the whole answer (\`type: object\`, \`mapping: $.\`) is given here.`,
      );
    }
  }
  return operation;
}

/** From the surface's input name to the operation's parameter, by the entry's `with`. */
function inputsOf(
  entry: ExposedEntry,
  prefix: 'rest' | 'tools',
  namespace: string,
  target: Operation,
  at: DocumentPath,
  notes: Notes,
): Map<string, string> {
  const inputs = new Map<string, string>();
  const known = target.parameters.map((parameter) => parameter.name);
  const declared = entry.inputParameters?.map((input) => input.name);
  for (const [parameter, value] of Object.entries(entry.with ?? {})) {
    const path = [...at, 'with', parameter];
    if (!known.includes(parameter)) {
      notes.errorOfKey(
        path,
        `\`${entry.name}\` sets \`${parameter}\`, which \`${target.name}\` does not have.${didYouMean(parameter, known)}`,
      );
      continue;
    }
    const source = value.slice(0, Math.max(value.indexOf('.'), 0));
    const input = value.slice(source.length + 1);
    if ((source !== prefix && source !== namespace) || input === '') {
      notes.error(
        path,
        `\`${entry.name}\` takes \`${parameter}\` from \`${value}\`; write \`${prefix}.${parameter}\` for an input of this surface.`,
      );
      continue;
    }
    if (source === prefix) notes.interpretation('surface-prefix', path, `${entry.name} · ${parameter}`);
    if (declared && !declared.includes(input)) {
      notes.error(path, `\`${entry.name}\` does not declare the input \`${input}\`.${didYouMean(input, declared)}`);
    }
    if (inputs.has(input))
      notes.error(path, `\`${entry.name}\` uses the input \`${input}\` twice. Give each parameter its own.`);
    inputs.set(input, parameter);
  }
  if (!declared && inputs.size > 0) notes.interpretation('undeclared-inputs', at, entry.name);
  const given = new Set(inputs.values());
  for (const { name, required } of target.parameters) {
    if (required && !given.has(name) && !Object.hasOwn(entry.with ?? {}, name)) {
      notes.error(
        at,
        `\`${entry.name}\` never gives \`${name}\`, which \`${target.name}\` needs. Add \`${name}: ${prefix}.${name}\` to its \`with\`.`,
      );
    }
  }
  return inputs;
}

/** The inputs with those of the path renamed to the path's own placeholders. */
function placed(
  name: string,
  path: string,
  inputs: ReadonlyMap<string, string>,
  target: Operation,
  at: DocumentPath,
  notes: Notes,
): Map<string, string> {
  const placeholders = placeholdersOf(path);
  const inPath = new Set(
    target.parameters.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name),
  );
  const result = new Map<string, string>();
  for (const [input, parameter] of inputs) {
    const placeholder = placeholders.find((one) => one.toLowerCase() === input.toLowerCase());
    if (placeholder === undefined && inPath.has(parameter)) {
      notes.error(
        at,
        `\`${name}\` has no place for \`${input}\` in the path ${path}.${didYouMean(input, placeholders)}`,
      );
      continue;
    }
    if (placeholder !== undefined && (placeholder !== input || !path.includes(`{{${placeholder}}}`))) {
      notes.interpretation('placeholders', at, `${name} · {${placeholder}} is ${parameter}`);
    }
    result.set(placeholder ?? input, parameter);
  }
  const inputNames = [...inputs.keys()];
  for (const placeholder of placeholders) {
    if (!result.has(placeholder)) {
      notes.error(
        at,
        `The path ${path} has \`{${placeholder}}\`, which no input of \`${name}\` fills.${didYouMean(placeholder, inputNames)}`,
      );
    }
  }
  return result;
}
