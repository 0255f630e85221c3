import { writeDocument } from '../../src/backends/simulator/storage/data-file.js';
import { diskFiles } from '../../src/backends/simulator/storage/file-system.js';
import { newSimulator } from '../helpers/simulator.js';

/** Fewer make each round shorter, and crashes in the middle of writing the document rarer. */
const MESSAGES = Number(process.env['CRASH_MESSAGES'] ?? 30_000);

/** Fills a data file with a large unused world. Writing the document then takes long enough for crashes to interrupt it. */
export async function writeBallast(file: string): Promise<void> {
  const simulator = await newSimulator({ seed: 'support-desk' });
  const [world] = simulator.worlds.all().map((session) => session.world);
  await simulator.close();
  const document = world?.toDocument();
  const message = document?.records['messages']?.[0];
  if (world === undefined || document === undefined || message === undefined)
    throw new Error('The seed has no message.');
  const messages = Array.from({ length: MESSAGES }, (_, i) => {
    const seq = document.sequence + i;
    return { ...message, sid: world.sids.sid('IM', seq), seq, index: i };
  });
  // The bytes of media are not in the document.
  const records = { ...document.records, messages, receipts: [], media: [] };
  const account = `AC${'f'.repeat(32)}`;
  const ballast = { ...document, account, sequence: document.sequence + MESSAGES, records };
  await writeDocument(diskFiles, file, { generation: 0, worlds: [ballast] });
}
