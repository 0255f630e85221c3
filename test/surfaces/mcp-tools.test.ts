import { describe, expect, it } from 'vitest';
import { instructionsFor } from '../../src/surfaces/mcp/server.js';
import { createToolbox } from '../../src/surfaces/mcp/tools.js';
import { selectTools } from '../../src/surfaces/mcp/tool-sets.js';
import { capability, createEchoEngine, describeField, log, shapes } from './mcp-harness.js';

const { tools } = capability;
const listed = createToolbox({ tools, shapes, describeField, engine: createEchoEngine(), log }).list.tools;
const inputOf = (name: string) => listed.find((tool) => tool.name === name)?.inputSchema;

interface Node {
  readonly [key: string]: unknown;
}

/** A schema and all schemas inside it. */
function schemasIn(schema: Node): Node[] {
  const below = [
    schema['items'],
    ...((schema['anyOf'] as Node[] | undefined) ?? []),
    ...Object.values(schema['properties'] ?? {}),
  ];
  return [
    schema,
    ...below.filter((each): each is Node => typeof each === 'object' && each !== null).flatMap(schemasIn),
  ];
}

const descriptionOf = (name: string) => listed.find((tool) => tool.name === name)?.description;

describe('tools/list', () => {
  it("has the capability's tools in order, with names and descriptions", () => {
    expect(listed.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
    for (const [index, { description }] of tools.entries())
      expect(listed[index]?.description?.slice(0, description.length)).toBe(description);
  });

  it('states the scope of each tool that exists in both scopes', () => {
    expect(descriptionOf('fetch-message-conversation')).toBe('Fetch a message from the conversation');
    expect(descriptionOf('fetch-message-conversation-account')).toBe(
      "Fetch a message from the conversation. Acts on the account's default service.",
    );
    expect(descriptionOf('fetch-specific-user-conversation-account')).toBe(
      "Fetch a specific User Conversation. Acts on the account's default service.",
    );
    expect(descriptionOf('fetch-global-webhook-configuration-your')).toBe(
      'Fetch the global webhook configuration of your account. Acts on the account.',
    );
    expect(descriptionOf('fetch-push-notification-credential-your')).toBe(
      'Fetch a push notification credential from your account',
    );
    const byPlace = new Map<string, unknown[]>();
    for (const [index, { operation }] of tools.entries()) {
      const place = `${operation.noun} ${operation.verb}`;
      byPlace.set(place, [...(byPlace.get(place) ?? []), listed[index]?.description]);
    }
    for (const descriptions of byPlace.values()) expect(new Set(descriptions).size).toBe(descriptions.length);
  });

  it('has all four hints, and the title in both places', () => {
    for (const [index, { title, annotations }] of listed.entries()) {
      const { readOnly, destructive, idempotent } = tools[index]?.hints ?? {};
      expect(annotations).toEqual({
        title,
        readOnlyHint: readOnly,
        destructiveHint: destructive,
        idempotentHint: idempotent,
        openWorldHint: true,
      });
    }
  });

  it('has exactly the arguments in `with`, and requires the path parameters', () => {
    for (const [index, tool] of tools.entries()) {
      const schema = listed[index]?.inputSchema;
      expect(Object.keys(schema?.properties ?? {})).toEqual([...tool.inputs.keys()]);
      const inPath = tool.operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
      expect(schema?.required ?? []).toEqual(expect.arrayContaining(inPath));
      expect(schema?.['additionalProperties']).toBe(false);
    }
  });

  it('lists the form fields of `body` with types, enums and descriptions', () => {
    expect(inputOf('create-new-user-role-your')).toEqual({
      type: 'object',
      properties: {
        ChatServiceSid: { type: 'string', description: 'SID of the service, IS….' },
        body: {
          type: 'object',
          description: 'Fields of the new record.',
          properties: {
            FriendlyName: { type: 'string', description: expect.any(String) as string },
            Permission: { type: 'array', items: { type: 'string' }, description: expect.any(String) as string },
            Type: { type: 'string', enum: ['conversation', 'service'], description: expect.any(String) as string },
          },
          required: ['FriendlyName', 'Permission', 'Type'],
        },
      },
      required: ['ChatServiceSid', 'body'],
      additionalProperties: false,
    });
    expect(inputOf('retrieve-list-all-user-roles')?.properties?.['PageSize']).toMatchObject({
      minimum: 1,
      maximum: 50,
    });
  });

  it('describes every argument, `body` included', () => {
    const undescribed = listed.flatMap(({ name, inputSchema }) =>
      Object.entries(inputSchema.properties ?? {})
        .filter(([, schema]) => ((schema as Node)['description'] ?? '') === '')
        .map(([argument]) => `${name}: ${argument}`),
    );
    expect(undescribed).toEqual([]);
    expect(inputOf('update-existing-conversation-scoped-webhook')).toHaveProperty(
      'properties.body.description',
      'Only the given fields change. Dotted ones may be nested.',
    );
  });

  it('uses no schema feature that a client or a model API refuses', () => {
    for (const { name, inputSchema, outputSchema } of listed) {
      expect(name).toMatch(/^[A-Za-z0-9_-]{1,50}$/);
      for (const root of [inputSchema, outputSchema] as Node[]) {
        expect(root['type']).toBe('object');
        expect(Object.keys(root)).not.toEqual(
          expect.arrayContaining([expect.stringMatching(/^(anyOf|oneOf|allOf|enum|\$ref)$/)]),
        );
        for (const schema of schemasIn(root)) {
          const keys = Object.keys(schema);
          expect(keys.filter((key) => ['$ref', '$defs', 'nullable', 'format', 'pattern'].includes(key))).toEqual([]);
          expect(schema['anyOf'] ?? schema['type']).toSatisfy(
            (kind: unknown) => typeof kind === 'string' || kind === schema['anyOf'],
          );
          expect(schema['type'] !== 'array' || 'items' in schema).toBe(true);
        }
      }
      for (const argument of Object.keys(inputSchema.properties ?? {}))
        expect(argument).toMatch(/^[A-Za-z0-9_.-]{1,64}$/);
    }
  });

  it('stays small: 1,440 characters per tool, 740 of them shown to a model', () => {
    const offered = createToolbox({
      tools: selectTools(capability.files).byDefault,
      shapes,
      describeField,
      engine: createEchoEngine(),
      log,
    }).list.tools;
    const shown = offered.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
    expect(JSON.stringify({ tools: offered }).length / offered.length).toBeLessThan(1440);
    expect(JSON.stringify(shown).length / offered.length).toBeLessThan(740);
  });
});

describe('--mcp-tools', () => {
  const { files } = capability;
  const [servicesFile] = files;
  const offered = (choice?: string) => selectTools(files, choice).byDefault;

  it("offers the first file's tools by default, those of another file, or all", () => {
    expect(offered()).toEqual(servicesFile.tools);
    expect(offered('services')).toEqual(servicesFile.tools);
    expect(offered('account')).toEqual(files[1]?.tools);
    expect(offered('all')).toEqual(tools);
  });

  it('offers read-only tools, or named tools of any file, in the order of the files', () => {
    expect(offered('read-only')).toEqual(servicesFile.tools.filter(({ operation }) => operation.method === 'GET'));
    const selected = offered('create-new-address-configuration, fetch-user-role-your-service');
    expect(selected.map((tool) => tool.name)).toEqual([
      'fetch-user-role-your-service',
      'create-new-address-configuration',
    ]);
  });

  it('offers every set by name, whatever is offered by default', () => {
    const { byName } = selectTools(files, 'account');
    expect([...byName.keys()]).toEqual(['services', 'account', 'all']);
    expect(byName.get('all')).toEqual(tools);
  });

  it('limits the sets to read-only or named tools', () => {
    const readOnly = selectTools(files, 'read-only').byName;
    expect(readOnly.get('all')).toEqual(tools.filter(({ operation }) => operation.method === 'GET'));
    expect(selectTools(files, 'fetch-user-role-your-service').byName.get('account')).toEqual([]);
  });

  it('refuses an unknown name and suggests the closest one', () => {
    expect(() => selectTools(files, 'fetch-user-role')).toThrow(
      '--mcp-tools: there is no tool `fetch-user-role`. Did you mean `fetch-user-role-your-service`?',
    );
    expect(() => selectTools(files, 'readonly')).toThrow('Did you mean `read-only`?');
    expect(() => selectTools(files, 'acount')).toThrow('Did you mean `account`?');
  });
});

describe('instructions', () => {
  it('state the mode, how to start and how to page, in a few lines', () => {
    const text = instructionsFor(selectTools(capability.files).byDefault, 'simulate');
    expect(text).toContain('Simulated: nothing reaches a person');
    expect(text).toContain(
      'Start with create-new-conversation-service-your or retrieve-list-all-conversation-services',
    );
    expect(text).toContain('PageToken');
    expect(text.split('\n').length).toBeLessThan(8);
    expect(text.length).toBeLessThan(900);
    expect(instructionsFor(tools, 'live')).toContain('Live: messages reach people and cost money');
  });

  it('name only tools that are offered', () => {
    const { byDefault } = selectTools(capability.files, 'fetch-user-role-your-service');
    expect(instructionsFor(byDefault, 'simulate')).not.toContain('Start with');
  });
});
