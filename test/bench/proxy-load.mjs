/** Sends requests one after the other on each of a few kept-alive connections, directly or through a proxy. */
import { readFileSync } from 'node:fs';
import { Pool, ProxyAgent } from 'undici';

const { url, method, headers, body, proxy, caFile, connections, count } = JSON.parse(process.argv[2]);
const { origin } = new URL(url);
const dispatcher =
  proxy === undefined
    ? new Pool(origin, { connections, pipelining: 1 })
    : new ProxyAgent({ uri: proxy, connections, requestTls: { ca: readFileSync(caFile, 'utf8') } });
const { origin: target, pathname, search } = new URL(url);

let left = count;
await Promise.all(
  Array.from({ length: connections }, async () => {
    while (left > 0) {
      left -= 1;
      const response = await dispatcher.request({ origin: target, path: pathname + search, method, headers, body });
      await response.body.dump();
      if (response.statusCode > 299) throw new Error(`${method} ${url}: ${response.statusCode}`);
    }
  }),
);
await dispatcher.close();
