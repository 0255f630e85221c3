import { parseClock } from '../../backends/simulator/kernel/clock.js';
import { createSimulator } from '../../backends/simulator/simulator.js';
import type { Log } from '../../core/log.js';
import type { OnStartProgress } from '../../core/start-progress.js';
import type { ModeDefinition } from './mode.js';

/** The simulator answers. Its code is not loaded on demand: most understudies run in this mode, and one file loads faster. */
export const simulate: ModeDefinition = {
  role: 'simulates Twilio Conversations',
  callsTwilio: false,
  usesCredentials: true,
  hasTwilioUrls: false,
  drainMs: 1500,
  lameDuckMs: 0,
  createBackend({ settings, binding, observer, faults, onWorldChange, onProgress, admitGrowth, log }) {
    const { defaultAccount, defaultService, rngSeed, seed, dataFile, store, sync, token, authToken, webhooks } =
      settings;
    return createSimulator({
      operations: binding.operations,
      bind: binding.bind,
      unknownField: binding.unknownField,
      clock: parseClock(settings.clock ?? 'real'),
      defaultAccount,
      defaultService,
      rngSeed,
      seed,
      dataFile,
      database: store === undefined ? undefined : { url: store },
      storage: { sync },
      token,
      authToken,
      webhooks,
      faults,
      onWorldChange,
      admitGrowth,
      onWebhookDrop({ account, reason, total }) {
        observer.webhookDropped(reason);
        // The first, tenth, hundredth, …: a receiver that is down must not fill the log.
        if (!/^10*$/.test(String(total))) return;
        log.warn(
          { account, reason, total },
          `${account}: gave up ${total} webhook deliveries so far, the last because it was ${reason}. Check the receiver, ` +
            'raise --webhook-queue or --webhook-max-wait, or drop what waits with webhooks.flush.',
        );
      },
      onProgress: onProgress ?? logProgress(log),
      onWarning: (message) => log.warn(dataFile === undefined ? {} : { file: dataFile }, message),
    });
  },
};

/** In entries: a few seconds. */
const LOG_INTERVAL = 50_000;

function logProgress(log: Log): OnStartProgress {
  return ({ phase, done, total }) => {
    if (phase === 'seed' && done % LOG_INTERVAL === 0)
      log.warn({ done, total }, `seeding: ${done} of ${total} entries`);
  };
}
