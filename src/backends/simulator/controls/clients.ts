import type { Control } from '../../../core/control.js';
import type { Clients } from '../client/clients.js';
import { defineControl, string, type SessionOf } from './define-control.js';

/** Controls of the users who are connected with a client SDK. */
export function clientControls(sessionOf: SessionOf, clients: Clients): readonly Control[] {
  return [
    defineControl({
      name: 'clients.list',
      description:
        'Lists the users who are connected with a client SDK, and the conversations in which they are typing.',
      changes: false,
      input: { properties: {} },
      run: (account) => ({
        users: (clients.of(sessionOf(account))?.users() ?? []).map((user) => ({
          identity: user.identity,
          service: user.serviceSid,
          connections: user.connections,
          typing_in: user.typingIn,
        })),
      }),
    }),
    defineControl<{ record: string }>({
      name: 'clients.notifications',
      description:
        'Lists which changes of a record were sent to users of client SDKs, the earliest first. The last 1,000 changes of a ' +
        'world are kept, with 20 users each. Times are by the clock of the machine, in milliseconds since 1970.',
      changes: false,
      input: { properties: { record: string('The SID of the record.') }, required: ['record'] },
      run(account, { record }) {
        const session = sessionOf(account);
        const sent = clients.of(session)?.sent.of(record) ?? [];
        return {
          notifications: sent.map(({ time, change, serviceSid, identity, wasSent }) => ({
            time,
            change,
            identity,
            service: serviceSid,
            sent: wasSent,
          })),
        };
      },
    }),
    defineControl<{ identity: string; service?: string }>({
      name: 'clients.disconnect',
      description:
        'Closes the connections of a user. The client SDK connects again after some seconds and catches up with what it missed.',
      changes: true,
      input: {
        properties: {
          identity: string('The identity of the user.'),
          service: string('The SID of the service; all services if absent.', { pattern: '^IS' }),
        },
        required: ['identity'],
      },
      run: (account, { identity, service }) => ({
        closed: clients.of(sessionOf(account))?.disconnect(identity, service) ?? 0,
      }),
    }),
  ];
}
