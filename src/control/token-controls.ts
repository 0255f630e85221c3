import type { Control } from '../core/control.js';
import { type ControlParts, text } from './parts.js';

/** In seconds. */
const DEFAULT_TTL = 3600;
const MAX_TTL = 86_400;

interface TokenInput {
  readonly identity: string;
  readonly service?: string;
  readonly ttl?: number;
}

/** Makes access tokens for client SDKs, where they can connect. */
export function tokenControls({ issueToken, defaultAccount }: ControlParts): readonly Control[] {
  if (issueToken === undefined) return [];
  return [
    {
      name: 'clients.token',
      description:
        "Makes an access token for Twilio's client SDKs. Only this server accepts it, and others on its database.",
      changes: false,
      input: {
        properties: {
          identity: text('The identity of the user. The user is created when it connects.'),
          service: {
            type: 'string',
            pattern: '^IS[0-9a-fA-F]{32}$',
            description: 'The SID of the service. Default: the default service.',
          },
          ttl: {
            type: 'integer',
            minimum: 1,
            maximum: MAX_TTL,
            description: `Seconds until the token expires. Default: ${DEFAULT_TTL}.`,
          },
        },
        required: ['identity'],
      },
      run(account = defaultAccount, input) {
        const { identity, service: serviceSid, ttl = DEFAULT_TTL } = input as unknown as TokenInput;
        return { token: issueToken({ account, identity, serviceSid, ttl }) };
      },
    },
  ];
}
