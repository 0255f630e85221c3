/**
 * Asks servers in turn at an even rate, and tells in how many milliseconds 50 and 99 of 100 answers were there, for each
 * round. A process of its own, so that it can be given a core. autocannon cannot: it sends what is due in a second at
 * once, counts whole milliseconds, and adds times that nobody waited.
 */
import { Pool } from 'undici';

const { targets, rate, seconds, rounds, connections } = JSON.parse(process.argv[2]);

const servers = Object.entries(targets).map(([name, { url, headers }]) => {
  const { origin, pathname } = new URL(url);
  return { name, pool: new Pool(origin, { connections }), path: pathname, headers };
});

async function ask({ pool, path, headers }) {
  const began = performance.now();
  const { statusCode, body } = await pool.request({ method: 'GET', path, headers });
  await body.arrayBuffer();
  if (statusCode !== 200) throw new Error(`${path}: ${statusCode}`);
  return performance.now() - began;
}

/** Sends each request when its time has come, whatever became of those before, as callers do who do not know each other. */
function askFor(server) {
  const began = performance.now();
  const asked = [];
  return new Promise((resolve) => {
    const send = () => {
      const due = Math.min(rate * seconds, Math.floor(((performance.now() - began) * rate) / 1000));
      while (asked.length < due) asked.push(ask(server));
      if (asked.length < rate * seconds) setTimeout(send, 1);
      else resolve(Promise.all(asked));
    };
    send();
  });
}

const found = Object.fromEntries(servers.map(({ name }) => [name, []]));
// The first round warms up this process, and counts for nothing.
for (let round = 0; round <= rounds; round += 1) {
  for (const server of servers) {
    const times = (await askFor(server)).sort((one, other) => one - other);
    const within = (share) => times[Math.ceil(times.length * share) - 1];
    if (round > 0) found[server.name].push({ p50: within(0.5), p99: within(0.99) });
  }
}
process.stdout.write(JSON.stringify(found));
process.exit(0);
