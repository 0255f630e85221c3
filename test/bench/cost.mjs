import { compared, comparedCost, interleaved } from './figures.mjs';
import { costOf, warmUp } from './load.mjs';
import { startBare, startOurs } from './processes.mjs';
import { prepare, send, toolCall } from './requests.mjs';

/** The baseline of each request, its target, and its number in one round. Many short rounds differ less than a few long ones. */
const REQUESTS = {
  'GET one conversation': { kind: 'constant', atMost: 1.4, count: 4000 },
  'GET a page of 50 messages': { kind: 'constant', atMost: 1.25, count: 2000 },
  'POST a message': { kind: 'stateful', atMost: 1.5, count: 3000 },
  'POST a conversation': { kind: 'stateful', atMost: 1.5, count: 3000 },
};
/** At most 5 % more than the Twilio surface. */
const REST_TO_TWILIO = { atMost: 1.05 };
const MCP_TO_LIBRARY = { atMost: 1.15 };
const CALLS = 300;
const SHORT_ROUNDS = 3;

/**
 * Compares the CPU time of each request on both surfaces with that of a Fastify server which does the obvious work, and of
 * tool calls with that of the bare library. Each surface is called on a server of its own, as each baseline is: an app uses
 * one of them, and V8 compiles code for what a process does.
 */
export async function measureCost({ rounds }) {
  const [ours, oursRest, oursMcp] = [await startOurs(), await startOurs(), await startOurs()];
  const requests = await prepare(ours.origin);
  const restRequests = await prepare(oursRest.origin);
  await prepare(oursMcp.origin);
  const responses = {};
  for (const [what, { twilio }] of Object.entries(requests)) responses[pathOf(what)] = await send(twilio);
  const bare = {
    constant: await startBare('constant', { responses }),
    stateful: await startBare('stateful', { responses }),
  };
  const services = toolCall(oursMcp.mcp, 'modern');
  const { result } = JSON.parse((await send(services)).text);
  const bareMcp = await startBare('mcp', { result });

  const measures = {};
  const add = async (name, target, server, count) => {
    await warmUp(target, count * SHORT_ROUNDS);
    measures[name] = () => costOf(target, server, { count });
  };
  for (const [what, { twilio }] of Object.entries(requests)) {
    const { kind, count } = REQUESTS[what];
    await add(`${what}, bare`, { ...twilio, url: bare[kind].origin + pathOf(what) }, bare[kind], count);
    await add(`${what}, twilio`, twilio, ours, count);
    await add(`${what}, rest`, restRequests[what].rest, oursRest, count);
  }
  await add('tool call, bare', toolCall(bareMcp.origin, 'modern', 'constant'), bareMcp, CALLS);
  await add('tool call, modern', services, oursMcp, CALLS);
  await add('tool call, legacy', toolCall(oursMcp.mcp, 'legacy'), oursMcp, CALLS);
  const results = await interleaved(measures, rounds * SHORT_ROUNDS);
  await Promise.all([ours, oursRest, oursMcp, bareMcp, ...Object.values(bare)].map(({ stop }) => stop()));

  const rows = Object.entries(REQUESTS).flatMap(([what, { kind, atMost }]) => {
    const [twilio, rest] = [results[`${what}, twilio`], results[`${what}, rest`]];
    return [
      comparedCost(`${what}, relative to ${kind} Fastify`, twilio, results[`${what}, bare`], { atMost }),
      comparedCost(`${what}, REST surface, relative to the Twilio surface`, rest, twilio, REST_TO_TWILIO),
    ];
  });
  const { 'tool call, modern': modern, 'tool call, bare': library, 'tool call, legacy': legacy } = results;
  return [
    ...rows,
    comparedCost('tool call, 2026-07-28, relative to the bare MCP library', modern, library, MCP_TO_LIBRARY),
    compared('tool call, legacy era', legacy.cpu, undefined, { unit: ' µs' }),
  ];
}

const pathOf = (what) => `/${what.replaceAll(' ', '-')}`;
