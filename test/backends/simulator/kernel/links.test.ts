import { describe, expect, it } from 'vitest';
import { Links } from '../../../../src/backends/simulator/kernel/links.js';
import type { Operation, Scope, Verb } from '../../../../src/core/operation.js';

function operation(verb: Verb, noun: string, scope: Scope, path: string): Operation {
  const name = `${verb} ${noun} ${scope}`;
  const identity = { id: name, name, namespace: 'test', baseUri: 'https://test.example', noun, verb, scope };
  return { ...identity, method: 'GET', path, description: '', parameters: [] };
}

const links = new Links(
  [
    operation('fetch', 'Rooms', 'service', '/v1/Services/{ChatServiceSid}/Rooms/{Sid}'),
    operation('fetch', 'Rooms', 'account', '/v1/Rooms/{Sid}'),
    operation('list', 'Rooms/Chairs', 'service', '/v1/Services/{ChatServiceSid}/Rooms/{RoomSid}/Chairs'),
    operation('fetch', 'Rooms/Chairs', 'service', '/v1/Services/{ChatServiceSid}/Rooms/{RoomSid}/Chairs/{Sid}'),
    operation('list', 'Rooms', 'account', '/v1/Rooms'),
  ],
  { ChatServiceSid: 'serviceSid' },
);
const room = { sid: 'RO1', serviceSid: 'IS1' };
const chair = { sid: 'CR1', serviceSid: 'IS1', roomSid: 'RO1' };

describe('the path of an operation', () => {
  it('is filled in from the fields of a record', () => {
    expect(links.path('fetch', 'Rooms/Chairs', 'service', chair)).toBe('/v1/Services/IS1/Rooms/RO1/Chairs/CR1');
  });

  it('has the SID of the record itself for what is below it', () => {
    expect(links.path('list', 'Rooms/Chairs', 'service', room)).toBe('/v1/Services/IS1/Rooms/RO1/Chairs');
  });

  it('is short in scope account and long in scope service', () => {
    expect(links.path('fetch', 'Rooms', 'account', room)).toBe('/v1/Rooms/RO1');
    expect(links.path('fetch', 'Rooms', 'service', room)).toBe('/v1/Services/IS1/Rooms/RO1');
  });

  it('needs no record if it has no placeholders', () => {
    expect(links.path('list', 'Rooms', 'account', {})).toBe('/v1/Rooms');
  });

  it('is an error that names verb, noun and scope if there is no such operation', () => {
    expect(() => links.path('list', 'Rooms/Chairs', 'account', room)).toThrow('list Rooms/Chairs in scope account');
  });
});
