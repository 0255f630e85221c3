import { setTimeout as wait } from 'node:timers/promises';
import { absolute, figureOf } from './figures.mjs';
import { callAt, createCaller, notePaints, openBrowser, startReceiver, whyNoBrowser } from './inspector.mjs';
import { startOurs } from './processes.mjs';

/** Requests per second, as in the target. */
const RATE = 200;
const PROBE_INTERVAL_MS = 100;
const WARM_UP_MS = 5000;

/** How soon a call and a new message are painted while other calls are made: the 95th percentile, in milliseconds. */
export async function measurePage({ pageSeconds }) {
  if (whyNoBrowser !== undefined) {
    process.stdout.write(`page: skipped, because ${whyNoBrowser}\n`);
    return [];
  }
  const { origin, stop } = await startOurs();
  const browser = await openBrowser();
  try {
    const caller = await createCaller(origin, await startReceiver());
    const page = await browser.newPage();
    const paintTimes = async (path, probe) => {
      await page.goto(`${origin}/__understudy/#/${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      const times = await probe({ page, caller, seconds: pageSeconds });
      // The next view starts as a new page.
      await page.goto('about:blank');
      return times;
    };
    const requests = await paintTimes('requests', probeRequests);
    const messages = await paintTimes(`conversations/${caller.conversation}`, probeMessages);
    return [
      ...rowsOf('call until its request is painted', requests),
      ...rowsOf('call until its message is painted', messages),
    ];
  } finally {
    await browser.close();
    await stop();
  }
}

const now = () => performance.timeOrigin + performance.now();

/** The view counts the requests, so a request is painted once the count includes it and all that were under way. */
async function probeRequests({ page, caller, seconds }) {
  const painted = await notePaints(page, '.summary [role="status"]', /[\d,]+(?= request)/);
  const probes = await probeDuring(seconds, caller, async () => {
    const sent = now();
    await caller.fetchConversation();
    return { sent, count: caller.calls() };
  });
  const paints = Object.entries(await painted()).map(([text, time]) => [Number(text.replaceAll(',', '')), time]);
  return probes.map(({ sent, count }) => {
    const [, time = Infinity] = paints.find(([total]) => total >= count) ?? [];
    return time - sent;
  });
}

async function probeMessages({ page, caller, seconds }) {
  const painted = await notePaints(page, '.messages', /probe-\d+/);
  const probes = await probeDuring(seconds, caller, async (i) => {
    const sent = now();
    await caller.sendMessage(`probe-${i}`);
    return { sent, text: `probe-${i}` };
  });
  const paints = await painted();
  return probes.map(({ sent, text }) => (paints[text] ?? Infinity) - sent);
}

/** Makes probes at a constant rate while other calls are made. The first seconds warm up. */
async function probeDuring(seconds, caller, probe) {
  const end = callAt(RATE, caller.mixed);
  await wait(WARM_UP_MS);
  const probes = [];
  for (const deadline = performance.now() + seconds * 1000; performance.now() < deadline;) {
    // All numbers have five digits, so that no text contains another.
    probes.push(probe(probes.length + 10_000));
    await wait(PROBE_INTERVAL_MS);
  }
  await wait(1000);
  end();
  await wait(3000);
  return Promise.all(probes);
}

function rowsOf(name, unsorted) {
  const times = unsorted.toSorted((one, other) => one - other);
  const percentile = (share) => times[Math.ceil(times.length * share) - 1];
  const at = `inspector, ${RATE} requests/s: ${name}`;
  return [
    absolute(`${at}, median of ${times.length}`, figureOf([percentile(0.5)]), { unit: ' ms' }),
    absolute(`${at}, 95th percentile`, figureOf([percentile(0.95)]), { unit: ' ms', atMost: 200 }),
  ];
}
