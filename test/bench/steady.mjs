/**
 * Sends requests to servers in turn at a constant rate, and reports the 50th and 99th percentile of the response times per
 * round, in milliseconds. It runs in its own process so that it can be pinned to a core. autocannon is not suitable: it
 * sends the requests of one second in a burst, counts whole milliseconds, and adds waiting time that did not occur.
 */
import { Pool } from 'undici';

const { targets, rate, seconds, rounds, connections } = JSON.parse(process.argv[2]);

const servers = Object.entries(targets).map(([name, { url, headers }]) => {
  const { origin, pathname } = new URL(url);
  return { name, pool: new Pool(origin, { connections }), path: pathname, headers };
});

async function send({ pool, path, headers }) {
  const began = performance.now();
  const { statusCode, body } = await pool.request({ method: 'GET', path, headers });
  await body.arrayBuffer();
  if (statusCode !== 200) throw new Error(`${path}: ${statusCode}`);
  return performance.now() - began;
}

/** Sends each request when it is due, whether or not earlier ones have finished, like independent callers. */
function run(server) {
  const began = performance.now();
  const responses = [];
  return new Promise((resolve) => {
    const sendDue = () => {
      const due = Math.min(rate * seconds, Math.floor(((performance.now() - began) * rate) / 1000));
      while (responses.length < due) responses.push(send(server));
      if (responses.length < rate * seconds) setTimeout(sendDue, 1);
      else resolve(Promise.all(responses));
    };
    sendDue();
  });
}

const results = Object.fromEntries(servers.map(({ name }) => [name, []]));
// The first round warms up this process and is not counted.
for (let round = 0; round <= rounds; round += 1) {
  for (const server of servers) {
    const times = (await run(server)).sort((one, other) => one - other);
    const percentile = (share) => times[Math.ceil(times.length * share) - 1];
    if (round > 0) results[server.name].push({ p50: percentile(0.5), p99: percentile(0.99) });
  }
}
process.stdout.write(JSON.stringify(results));
process.exit(0);
