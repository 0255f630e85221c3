import type { Settings } from '../../../src/app/settings.js';
import { ACCOUNT, createTestUnderstudy } from '../../helpers/understudy.js';
import { answer, startUpstream } from '../../helpers/upstream.js';

/** Our own password at the upstream. */
export const PASSWORD = 'planted-passthrough-password-91ce';

/** A live understudy in front of an upstream, which responds with `{ "ok": true }` by default. */
export async function start(settings: Partial<Settings> = {}, behaviour = answer(200, { ok: true })) {
  const upstream = await startUpstream(behaviour);
  const understudy = await createTestUnderstudy({
    mode: 'live',
    upstream: upstream.origin,
    credentials: { user: ACCOUNT, password: PASSWORD },
    limits: { retryPause: 1, answerTimeout: 20_000 },
    ...settings,
  });
  return { ...understudy, upstream };
}
