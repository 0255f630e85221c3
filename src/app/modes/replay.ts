import { UnderstudyError } from '../../core/errors.js';
import { cassetteFile } from './cassette-file.js';
import type { ModeDefinition } from './mode.js';

const DAY_MS = 24 * 3_600_000;
/** Twilio changes, so an old recording proves little. Without `--max-age`, it is only a warning. */
const DEFAULT_MAX_AGE_MS = 90 * DAY_MS;

/** A cassette answers. */
export const replay: ModeDefinition = {
  role: 'replays recorded responses of Twilio',
  callsTwilio: false,
  usesCredentials: false,
  hasTwilioUrls: true,
  drainMs: 1500,
  lameDuckMs: 0,
  async createBackend({ settings, binding, log }) {
    const file = cassetteFile(settings);
    const { readCassette } = await import('../../backends/cassette/format.js');
    const { createReplay } = await import('../../backends/cassette/replay.js');
    const cassette = readCassette(file);
    const { maxAge } = settings;
    const age = Date.now() - Date.parse(cassette.recorded);
    if (age > (maxAge ?? DEFAULT_MAX_AGE_MS)) {
      const message = `${file} was recorded ${Math.floor(age / DAY_MS)} days ago: record it again`;
      if (maxAge !== undefined) throw new UnderstudyError('UNDERSTUDY_BAD_CASSETTE', `${message}, or raise --max-age`);
      log.warn({ file, recorded: cassette.recorded }, message);
    }
    return { ...createReplay(cassette, file, binding.nameOf), close: () => Promise.resolve() };
  },
};
