import { cassetteFile } from './cassette-file.js';
import { baseUrisOf, createLiveBackend, live } from './live.js';
import type { ModeDefinition } from './mode.js';

/** Twilio answers, and every exchange is written to a cassette. */
export const record: ModeDefinition = {
  ...live,
  role: 'forwards calls to Twilio and records its responses: messages reach people and cost money',
  async createBackend(context) {
    const { settings, binding, version, redact, log } = context;
    const file = cassetteFile(settings);
    const { createRecorder } = await import('../../backends/cassette/record.js');
    const { createScrub } = await import('../../backends/cassette/scrub.js');
    const backend = await createLiveBackend(context);
    const recorder = createRecorder(backend, {
      file,
      program: `twilio-understudy ${version}`,
      upstream: settings.upstream ?? baseUrisOf(binding)[0] ?? '',
      recorded: new Date().toISOString(),
      nameOf: binding.nameOf,
      redact,
      scrub: settings.scrub ? createScrub() : undefined,
      log,
    });
    const close = async () => {
      await recorder.flush();
      await backend.close();
    };
    return { ...backend, answer: (call) => recorder.answer(call), close };
  },
};
