import { compared, interleaved } from './figures.mjs';
import { load } from './load.mjs';
import { startBare, startOurs } from './processes.mjs';
import { authorization, prepare, send, toolCall } from './requests.mjs';

const TARGETS = { 'GET one conversation': 0.8, 'GET a page of 50 messages': 0.8, 'POST a message': 0.55 };
/** At most 5 % slower than the Twilio surface. */
const REST_TO_TWILIO = 0.95;

/** Compares each request on both surfaces with a bare Fastify server that returns the same bytes, and tool calls with the bare library. */
export async function measureThroughput({ rounds, seconds }) {
  const ours = await startOurs();
  const requests = await prepare(ours.origin);
  const responses = {};
  for (const [what, { twilio }] of Object.entries(requests)) responses[pathOf(what)] = await send(twilio);
  const bare = await startBare('constant', { responses });
  const services = toolCall(ours.mcp, 'modern');
  const { result } = JSON.parse((await send(services)).text);
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
  const results = await interleaved(measures, rounds);
  await Promise.all([ours, bare, bareMcp].map(({ stop }) => stop()));

  const rows = [];
  for (const [what, atLeast] of Object.entries(TARGETS)) {
    const [twilio, rest] = [results[`${what}, twilio`], results[`${what}, rest`]];
    rows.push(
      compared(`${what}, Twilio surface, relative to bare Fastify`, twilio, results[`${what}, bare`], { atLeast }),
    );
    rows.push(
      compared(`${what}, REST surface, relative to the Twilio surface`, rest, twilio, { atLeast: REST_TO_TWILIO }),
    );
  }
  const { 'tool call, modern': modern, 'tool call, bare': bareCall } = results;
  return [
    ...rows,
    compared('tool call, 2026-07-28, relative to the bare MCP library', modern, bareCall, { atLeast: 0.8 }),
    compared('tool call, legacy era', results['tool call, legacy']),
    compared('list services, Twilio surface', results['list, twilio']),
    compared('list services, REST surface', results['list, rest']),
  ];
}

const pathOf = (what) => `/${what.replaceAll(' ', '-')}`;
