import type { Operation } from '../core/operation.js';
import { didYouMean } from '../util/did-you-mean.js';
import type { ExposedEntry, McpEntry, RestEntry } from './document.js';
import type { Notes } from './notes.js';
import type { DocumentPath } from './source.js';
import { addressOf, placeholdersOf, plainPath, titleOf, type Route, type Tool } from './surfaces.js';

/** The operations that an entry may `call`, by id. */
export type Callable = ReadonlyMap<string, Operation>;

/** The routes of a REST entry, in file order. Entries with an error are left out. */
export function routesOf(entry: RestEntry, at: DocumentPath, callable: Callable, notes: Notes): Route[] {
  const routes: Route[] = [];
  for (const [r, resource] of entry.resources.entries()) {
    for (const [o, operation] of resource.operations.entries()) {
      const path = [...at, 'resources', r, 'operations', o];
      const { name, method } = operation;
      const route = `${method} ${plainPath(resource.path)}`;
      notes.unique([...path, 'name'], `The REST operation \`${entry.namespace}.${name}\``);
      notes.unique(path, `The REST route \`${route}\``, `route ${addressOf(method, resource.path).toLowerCase()}`);
      const target = resolveCall(operation, path, callable, notes);
      if (!target) continue;
      const inputs = inputsOf(operation, 'rest', entry.namespace, target, path, notes);
      routes.push({
        method,
        path: plainPath(resource.path),
        description: operation.description ?? target.description,
        operation: target,
        inputs: withPlaceholders(name, resource.path, inputs, target, [...at, 'resources', r, 'path'], notes),
      });
    }
  }
  return routes;
}

/** The tools of an MCP entry, in file order. Entries with an error are left out. */
export function toolsOf(entry: McpEntry, at: DocumentPath, callable: Callable, notes: Notes): Tool[] {
  const tools: Tool[] = [];
  for (const [t, tool] of entry.tools.entries()) {
    const path = [...at, 'tools', t];
    notes.unique([...path, 'name'], `The MCP tool \`${tool.name}\``);
    const target = resolveCall(tool, path, callable, notes);
    if (!target) continue;
    if (target.method === 'DELETE') notes.interpretation('no-content', [...path, 'call'], tool.name);
    tools.push({
      name: tool.name,
      title: titleOf(tool.name),
      description: tool.description ?? target.description,
      hints: {
        // MCP's own defaults, which are the cautious ones.
        readOnly: tool.hints?.readOnly ?? false,
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
    notes.error(
      [...at, 'call'],
      `\`${entry.name}\` calls \`${entry.call}\`, which is not an operation of this file.${hint}`,
    );
  }
  for (const [i, output] of (entry.outputParameters ?? []).entries()) {
    const path = [...at, 'outputParameters', i];
    if (output.type === 'object' && output.mapping === '$.' && output.properties === undefined) {
      notes.interpretation('whole-body', path, entry.name);
    } else {
      notes.error(
        path,
        `\`${entry.name}\` maps its response, which is not supported. Use \`type: object\` and \`mapping: $.\`.`,
      );
    }
  }
  return operation;
}

/** Maps the surface's input names to the operation's parameters, as the entry's `with` defines. */
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
        `\`${entry.name}\` sets \`${parameter}\`, which is not an input of \`${target.name}\`.${didYouMean(parameter, known)}`,
      );
      continue;
    }
    const source = value.slice(0, Math.max(value.indexOf('.'), 0));
    const input = value.slice(source.length + 1);
    if ((source !== prefix && source !== namespace) || input === '') {
      notes.error(
        path,
        `\`${entry.name}\` sets \`${parameter}\` to \`${value}\`, which is not an input of this surface. Write \`${prefix}.${parameter}\`.`,
      );
      continue;
    }
    if (source === prefix) notes.interpretation('surface-prefix', path, `${entry.name} · ${parameter}`);
    if (declared && !declared.includes(input)) {
      notes.error(path, `\`${entry.name}\` does not declare the input \`${input}\`.${didYouMean(input, declared)}`);
    }
    if (inputs.has(input))
      notes.error(path, `\`${entry.name}\` uses the input \`${input}\` for two parameters. Use one input for each.`);
    inputs.set(input, parameter);
  }
  if (!declared && inputs.size > 0) notes.interpretation('undeclared-inputs', at, entry.name);
  const given = new Set(inputs.values());
  for (const { name, required } of target.parameters) {
    if (required && !given.has(name) && !Object.hasOwn(entry.with ?? {}, name)) {
      notes.error(
        at,
        `\`${entry.name}\` does not set \`${name}\`, which \`${target.name}\` requires. Add \`${name}: ${prefix}.${name}\` to its \`with\`.`,
      );
    }
  }
  return inputs;
}

/** Renames the inputs that are in the path to the path's placeholders, which may differ in case. */
function withPlaceholders(
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
        `The path ${path} has no placeholder for the input \`${input}\` of \`${name}\`.${didYouMean(input, placeholders)}`,
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
        `The path ${path} has \`{${placeholder}}\`, but \`${name}\` has no such input.${didYouMean(placeholder, inputNames)}`,
      );
    }
  }
  return result;
}
