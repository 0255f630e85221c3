import { describe, expect, it } from 'vitest';
import { findOperation } from '../../../src/contract/model/bind-scenario.js';
import type { Step } from '../../../src/contract/model/scenario.js';
import { inputOf, variablesOf } from '../../../src/contract/model/step-input.js';
import { published } from '../helpers.js';

const variables = new Map(
  Object.entries({
    service: { sid: 'IS1' },
    conversation: { sid: 'CH1' },
    user: { sid: 'US1', index: 3 },
    page: { url: 'https://example.com/v1/Roles?PageSize=2&Page=1&PageToken=PT1&Unknown=x' },
  }),
);

function bound(operation: string, step: Partial<Step> = {}) {
  const found = findOperation(operation, published.operations);
  if (found === undefined) throw new Error(`unknown operation ${operation}`);
  return { name: 'test', ...step, operation: found };
}

describe('the input of a step', () => {
  it('gets missing parent SIDs from the variables of their resources', () => {
    expect(inputOf(bound('list Users/Conversations'), variables)).toEqual({ ChatServiceSid: 'IS1', UserSid: 'US1' });
    expect(inputOf(bound('fetch Users/Conversations'), variables)).toMatchObject({ ConversationSid: 'CH1' });
  });

  it('keeps parent SIDs that the step gives', () => {
    const step = bound('list Roles', { input: { ChatServiceSid: 'IS2' } });
    expect(inputOf(step, variables)).toEqual({ ChatServiceSid: 'IS2' });
    expect(variablesOf(step)).toEqual([]);
  });

  it('has the type of the variable if a string is nothing but a reference', () => {
    const input = { body: { whole: '{{user.index}}', part: 'no. {{user.index}}' } };
    expect(inputOf(bound('create Roles', { input }), variables)).toMatchObject({
      body: { whole: 3, part: 'no. 3' },
    });
  });

  it('gets the declared query parameters of a page URL', () => {
    const input = inputOf(bound('list Roles', { page: '{{page.url}}' }), variables);
    expect(input).toEqual({ ChatServiceSid: 'IS1', PageSize: '2', Page: '1', PageToken: 'PT1' });
  });

  it.each([
    ['nothing is saved as `role`', '{{role.sid}}'],
    ['`{{user.name}}` is not in the saved response', '{{user.name}}'],
  ])('is rejected if %s', (message, Sid) => {
    expect(() => inputOf(bound('fetch Roles', { input: { Sid } }), variables)).toThrow(message);
  });
});
