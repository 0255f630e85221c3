import { describe, expect, it } from 'vitest';
import { identify } from '../../src/capability/identity.js';
import type { HttpMethod } from '../../src/core/operation.js';

const shape = (method: HttpMethod, path: string, ...query: string[]) => ({
  method,
  path,
  parameters: query.map((name) => ({ name, in: 'query' as const })),
});

/** `scope noun verb` of each. */
const identities = (...shapes: ReturnType<typeof shape>[]) =>
  identify(shapes).map(({ scope, noun, verb }) => `${scope} ${noun} ${verb}`);

describe('an operation knows what it is', () => {
  it('a path below a service belongs to that service; the same noun exists below the account', () => {
    expect(
      identities(
        shape('GET', '/v1/Services/{ChatServiceSid}/Conversations/{ConversationSid}/Messages/{Sid}'),
        shape('DELETE', '/v1/Conversations/{ConversationSid}/Messages/{Sid}'),
        shape('DELETE', '/v1/Services/{Sid}'),
      ),
    ).toEqual([
      'service Conversations/Messages fetch',
      'account Conversations/Messages delete',
      'account Services delete',
    ]);
  });

  it('a collection is created in and listed; a record is fetched, updated and deleted', () => {
    expect(
      identities(
        shape('POST', '/v1/Services'),
        shape('GET', '/v1/Services', 'PageSize'),
        shape('POST', '/v1/Services/{ChatServiceSid}/Roles/{Sid}'),
      ),
    ).toEqual(['account Services create', 'account Services list', 'service Roles update']);
  });

  it('a resource that exists once has no pages, so its path is fetched and updated', () => {
    expect(identities(shape('GET', '/v1/Configuration'), shape('POST', '/v1/Configuration'))).toEqual([
      'account Configuration fetch',
      'account Configuration update',
    ]);
    expect(identities(shape('POST', '/v1/ConversationWithParticipants'))).toEqual([
      'account ConversationWithParticipants create',
    ]);
  });
});
