import { expect, test } from 'vitest';
import { callOk, createDesk, startSim, WITH_WEBHOOKS } from '../../../helpers/sim.js';
import { startWebhookTarget } from '../../../helpers/webhook-target.js';

const Filters = ['onMessageAdd', 'onMessageAdded'];

async function setUp(account: object = {}) {
  const sim = await startSim();
  const world = sim.world('levels');
  const app = await startWebhookTarget(world.authToken);
  const { service, inside } = await createDesk(world);
  const hooks = (level: string) => ({
    PreWebhookUrl: `${app.origin}/${level}-pre`,
    PostWebhookUrl: `${app.origin}/${level}-post`,
    Filters,
  });
  await callOk(world, 'updateconfigurationwebhook', { body: { ...hooks('account'), ...account } });
  const write = async () => {
    const body = { Author: 'ada', Body: 'Hi' };
    await callOk(world, 'createserviceconversationmessage', { ...inside, ...WITH_WEBHOOKS, body });
    await world.webhooks.idle();
    return app.received.splice(0).map(({ url }) => url);
  };
  const ownHooks = (body: object) =>
    callOk(world, 'updateservicewebhookconfiguration', { ChatServiceSid: service, body });
  return { world, app, inside, hooks, write, ownHooks };
}

test('the account’s webhooks are called for a service without webhooks', async () => {
  const { write } = await setUp();
  expect(await write()).toEqual(['/account-pre', '/account-post']);
});

test('a service with webhooks of its own silences those of the account, as a whole', async () => {
  const { app, write, hooks, ownHooks } = await setUp();
  await ownHooks({ PostWebhookUrl: `${app.origin}/service-post`, Filters: ['onMessageRemoved'] });
  expect(await write()).toEqual([]);
  await ownHooks(hooks('service'));
  expect(await write()).toEqual(['/service-pre', '/service-post']);
});

test('a conversation’s webhooks are called in addition', async () => {
  const { world, app, inside, write, hooks, ownHooks } = await setUp();
  const configuration = { 'Configuration.Url': `${app.origin}/scoped`, 'Configuration.Filters': ['onMessageAdded'] };
  await callOk(world, 'createserviceconversationscopedwebhook', {
    ...inside,
    body: { Target: 'webhook', ...configuration },
  });
  expect((await write()).sort()).toEqual(['/account-post', '/account-pre', '/scoped']);
  await ownHooks(hooks('service'));
  expect((await write()).sort()).toEqual(['/scoped', '/service-post', '/service-pre']);
});

test('with the target flex, events are recorded and no URL is called', async () => {
  const { world, write } = await setUp({ Target: 'flex' });
  expect(await write()).toEqual([]);
  const deliveries = await world.webhooks.list();
  expect(deliveries.map(({ event, target, state }) => [event, target, state])).toEqual([
    ['onMessageAdded', 'flex', 'noted'],
  ]);
});
