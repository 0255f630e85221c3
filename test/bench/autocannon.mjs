/** One run of autocannon, in its own process so that it can be pinned to a core. */
import autocannon from 'autocannon';

process.stdout.write(JSON.stringify(await autocannon(JSON.parse(process.argv[2]))));
