import { compared, interleaved } from './figures.mjs';
import { load } from './load.mjs';
import { startBare, startOurs } from './processes.mjs';
import { ask, authorization, prepare, toolCall } from './requests.mjs';

const GOALS = { 'GET one conversation': 0.8, 'GET a page of 50 messages': 0.8, 'POST a message': 0.55 };
/** Within 5 % of the Twilio surface, one way: being faster is no fault. */
const REST_TO_TWILIO = 0.95;

/** Each request by both surfaces against a bare fastify that answers the same bytes; tool calls against the bare library. */
export async function measureThroughput({ rounds, seconds }) {
  const ours = await startOurs();
  const requests = await prepare(ours.origin);
  const answers = {};
  for (const [what, { twilio }] of Object.entries(requests)) answers[pathOf(what)] = await ask(twilio);
  const bare = await startBare('constant', { answers });
  const services = toolCall(ours.mcp, 'modern');
  const { result } = JSON.parse((await ask(services)).text);
  const bareMcp = await startBare('mcp', { result });

  const measures = {};
  for (const [what, { twilio, rest }] of Object.entries(requests)) {
    const constant = { ...twilio, url: bare.origin + pathOf(what) };
    measures[`${what}, bare`] = () => load(constant, seconds, bare);
    measures[`${what}, twilio`] = () => load(twilio, seconds, ours);
    measures[`${what}, rest`] = () => load(rest, seconds, ours);
  }
  measures['tool call, bare'] = () => load(toolCall(bareMcp.origin, 'modern', 'constant'), seconds, bareMcp);
  measures['tool call, modern'] = () => load(services, seconds, ours);
  measures['tool call, legacy'] = () => load(toolCall(ours.mcp, 'legacy'), seconds, ours);
  const list = { headers: { authorization } };
  measures['list, twilio'] = () => load({ ...list, url: `${ours.origin}/v1/Services` }, seconds, ours);
  measures['list, rest'] = () => load({ ...list, url: `${ours.origin}/v1/v1/services` }, seconds, ours);
  const found = await interleaved(measures, rounds);
  await Promise.all([ours, bare, bareMcp].map(({ stop }) => stop()));

  const rows = [];
  for (const [what, atLeast] of Object.entries(GOALS)) {
    const [twilio, rest] = [found[`${what}, twilio`], found[`${what}, rest`]];
    rows.push(compared(`${what}, Twilio surface, against bare fastify`, twilio, found[`${what}, bare`], { atLeast }));
    rows.push(compared(`${what}, REST surface, against the Twilio surface`, rest, twilio, { atLeast: REST_TO_TWILIO }));
  }
  const { 'tool call, modern': modern, 'tool call, bare': bareCall } = found;
  return [
    ...rows,
    compared('tool call, 2026-07-28, against the bare MCP library', modern, bareCall, { atLeast: 0.8 }),
    compared('tool call, legacy era', found['tool call, legacy']),
    compared('list services, Twilio surface', found['list, twilio']),
    compared('list services, REST surface', found['list, rest']),
  ];
}

const pathOf = (what) => `/${what.replaceAll(' ', '-')}`;
