import { parseClock } from '../../backends/simulator/kernel/clock.js';
import { createSimulator } from '../../backends/simulator/simulator.js';
import type { ModeDefinition } from './mode.js';

/** The simulator answers. Its code is not loaded on demand: most understudies run in this mode, and one file loads faster. */
export const simulate: ModeDefinition = {
  role: 'simulates Twilio Conversations',
  callsTwilio: false,
  usesCredentials: true,
  hasTwilioUrls: false,
  drainMs: 1500,
  lameDuckMs: 0,
  createBackend({ settings, binding, faults, onWorldChange, log }) {
    const { defaultAccount, defaultService, rngSeed, seed, dataFile, sync, token, authToken, webhooks } = settings;
    return createSimulator({
      operations: binding.operations,
      bind: binding.bind,
      clock: parseClock(settings.clock ?? 'real'),
      defaultAccount,
      defaultService,
      rngSeed,
      seed,
      dataFile,
      storage: { sync },
      token,
      authToken,
      webhooks,
      faults,
      onWorldChange,
      onWarning: (message) => log.warn({ file: dataFile }, message),
    });
  },
};
