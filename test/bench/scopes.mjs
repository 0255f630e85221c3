/** Compares the account's paths with those of its default service, in a world with many other services. */
import { comparedCost, interleaved } from './figures.mjs';
import { costOf, warmUp } from './load.mjs';
import { startOurs } from './processes.mjs';
import { authorization, create, messageRequest, send } from './requests.mjs';

/** The account's paths may use 5 % more CPU time, which is the accuracy of the measurement. */
const ACCOUNT_TO_SERVICE = { atMost: 1.05 };
const COUNT = 8000;

export async function measureScopes({ rounds, services }) {
  const ours = await startOurs();
  const headers = { authorization };
  const { text } = await send({ url: `${ours.origin}/v1/Configuration`, headers });
  const service = `/v1/Services/${JSON.parse(text).default_chat_service_sid}`;
  for (let i = 0; i < services; i += 1) await create(ours.origin, '/v1/Services', { FriendlyName: `service ${i}` });
  const { sid: long } = await create(ours.origin, '/v1/Conversations');
  const { sid: target } = await create(ours.origin, '/v1/Conversations');
  for (let i = 0; i < 200; i += 1) await create(ours.origin, `/v1/Conversations/${long}/Messages`, { Body: 'Hello' });

  const requestsBelow = (base) => ({
    'GET one conversation': { url: `${base}/Conversations/${long}`, headers },
    'GET a page of 50 messages': { url: `${base}/Conversations/${long}/Messages?PageSize=50`, headers },
    'POST a message': messageRequest(`${base}/Conversations/${target}/Messages`),
  });
  const [account, inService] = [requestsBelow(`${ours.origin}/v1`), requestsBelow(ours.origin + service)];
  const measures = {};
  for (const what of Object.keys(account)) {
    await warmUp(account[what]);
    await warmUp(inService[what]);
    measures[`${what}, account`] = () => costOf(account[what], ours, { count: COUNT });
    measures[`${what}, service`] = () => costOf(inService[what], ours, { count: COUNT });
  }
  const results = await interleaved(measures, rounds);
  await ours.stop();
  return Object.keys(account).map((what) => {
    const [one, other] = [results[`${what}, account`], results[`${what}, service`]];
    return comparedCost(`${what}, account's path relative to the service's`, one, other, ACCOUNT_TO_SERVICE);
  });
}
