/**
 * Follows a server's requests on two pages of the inspector for an hour's worth of requests, and checks that the memory of
 * the pages and of the server stays flat.
 *
 *   npm run soak:page                   720,000 requests, as fast as possible
 *   REQUESTS=50000 npm run soak:page    fewer
 *   RATE=200 npm run soak:page          in real time: an hour
 */
import { setTimeout as wait } from 'node:timers/promises';
import { conclude, createWorkers, gaugeOf, round, startGauged } from './endurance.mjs';
import { callAt, createCaller, memoryOf, openBrowser, startReceiver, whyNoBrowser } from './inspector.mjs';
import { residentOf } from './processes.mjs';

const REQUESTS = Number(process.env.REQUESTS ?? 720_000);
const RATE = Number(process.env.RATE ?? 0);
const PARTS = 5;
/** Allowed growth after the first part, in megabytes, for noise and newly compiled code. */
const TOLERANCE_MB = 8;
const CONCURRENCY = 8;

if (whyNoBrowser !== undefined) throw new Error(whyNoBrowser);
const server = await startGauged([], {});
const browser = await openBrowser();
const caller = await createCaller(server.origin, await startReceiver());
const pages = {};
for (const path of ['requests', `conversations/${caller.conversation}`]) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${server.origin}/__understudy/#/${path}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  pages[path.split('/')[0]] = page;
}

const callUntil = RATE > 0 ? callAtRate() : createWorkers(CONCURRENCY, (i) => caller.mixed(i));
const parts = [];
let peak = 0;
const watch = setInterval(() => (peak = Math.max(peak, residentOf(server.child))), 1000);
for (let part = 1; part <= PARTS; part += 1) {
  const began = performance.now();
  await callUntil((REQUESTS * part) / PARTS);
  const seconds = (performance.now() - began) / 1000;
  const { heap, resident } = await gaugeOf(server);
  const figures = { server: heap, resident };
  for (const [name, page] of Object.entries(pages)) {
    const memory = await memoryOf(page);
    figures[`page of ${name}`] = memory.heap;
    figures[`nodes of ${name}`] = memory.nodes;
  }
  parts.push(figures);
  const text = Object.entries(figures).map(([name, value]) => `${name} ${round(value)}`);
  process.stdout.write(`${part}/${PARTS} in ${round(seconds)} s: ${text.join(', ')}\n`);
}
clearInterval(watch);
const summary = await pages.requests.locator('.summary [role="status"]').innerText();
await browser.close();
await server.stop();

const [first, last] = [parts[0], parts.at(-1)];
const heaps = Object.keys(first).filter((name) => name === 'server' || name.startsWith('page of'));
const grown = heaps.filter((name) => last[name] > first[name] + TOLERANCE_MB);
conclude(
  [
    ['requests', `${REQUESTS}${RATE > 0 ? ` at ${RATE}/s` : ''}; the page says: ${summary}`],
    ...heaps.map((name) => [`heap of ${name}`, `${parts.map((each) => round(each[name])).join(', ')} MB`]),
    ['resident memory of the server', `${round(last.resident)} MB, at most ${round(peak)} MB`],
  ],
  grown.map((name) => `the heap of ${name} grew by more than ${TOLERANCE_MB} MB`),
);

/** Returns a function that calls at the rate up to the given number of calls. */
function callAtRate() {
  let made = 0;
  return async (end) => {
    const before = made;
    const stop = callAt(RATE, (i) => caller.mixed(before + i));
    await wait(((end - before) / RATE) * 1000);
    made = before + stop();
  };
}
