/** One run of autocannon, in a process that can be given a core of its own. */
import autocannon from 'autocannon';

process.stdout.write(JSON.stringify(await autocannon(JSON.parse(process.argv[2]))));
