import { expect, test, vi } from 'vitest';
import { ACCOUNT, createTestUnderstudy } from '../../helpers/understudy.js';
import { answer, startUpstream } from '../../helpers/upstream.js';
import { SERVICE } from './harness.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const headers = { traceparent: `00-${TRACE}-b7ad6b7169203331-01` };

test("each exchange is exported as a child span of its caller and is the parent of Twilio's request", async () => {
  const collector = await startUpstream(answer(200, {}));
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.origin);
  const upstream = await startUpstream(answer(200, {}, { 'twilio-request-id': 'RQ1' }));
  const { http, close } = await createTestUnderstudy({
    mode: 'live',
    traces: true,
    upstream: upstream.origin,
    credentials: { user: ACCOUNT, password: 'planted-traced-password' },
  });
  await http.inject({ url: `/v1/v1/services/${SERVICE}`, headers });
  await close();
  vi.unstubAllEnvs();

  const [, trace, span] = upstream.seen[0]?.headers['traceparent']?.toString().split('-') ?? [];
  expect(trace).toBe(TRACE);
  expect(span).not.toBe('b7ad6b7169203331');
  expect(collector.seen.map(({ method, url }) => `${method} ${url}`)).toEqual(['POST /v1/traces']);
  const exported = collector.seen[0]?.body ?? '';
  for (const text of ['twilio-understudy', 'fetchservice', 'rest', 'live', 'RQ1']) expect(exported).toContain(text);
  expect(exported).not.toContain('planted-traced-password');
  expect(exported).not.toContain(SERVICE);
});
