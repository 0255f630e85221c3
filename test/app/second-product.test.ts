import { describe, expect, it, onTestFinished } from 'vitest';
import { createUnderstudy } from '../../src/app/create-understudy.js';
import { loadCapability } from '../../src/capability/load.js';
import { cleanCapability, temporaryFile } from '../capability/files.js';
import { createEcho } from '../helpers/echo.js';
import { ACCOUNT } from '../helpers/understudy.js';

/** A second product: its operation has the name of one of ours, and its API the given path. */
const otherProduct = (path: string) =>
  cleanCapability.replaceAll('fetchrole', 'fetchservice').replace('/v1/Roles/{{Sid}}', path);

async function start(path: string) {
  const [{ file }] = loadCapability().files;
  const echo = createEcho();
  const warnings: string[] = [];
  const understudy = await createUnderstudy(
    { checkAnswers: false },
    {
      capability: loadCapability(file, temporaryFile(otherProduct(path))),
      createBackend: () => Promise.resolve(echo),
      writeLog: (line) => warnings.push((JSON.parse(line) as { msg: string }).msg),
    },
  );
  onTestFinished(understudy.close);
  const get = async (url: string) => {
    const authorization = `Basic ${Buffer.from(`${ACCOUNT}:any`).toString('base64')}`;
    const { statusCode } = await understudy.http.inject({ url, headers: { authorization } });
    return { statusCode, id: echo.calls.at(-1)?.operation.id };
  };
  return { understudy, get, warnings };
}

describe('an understudy with a second product', () => {
  it('serves both products, each at its own REST and Twilio paths', async () => {
    const { get } = await start('/v9/Roles/{{Sid}}');
    expect(await get('/v1/v1/services/IS1')).toEqual({ statusCode: 200, id: 'conversations-services.fetchservice' });
    expect(await get('/roles/RL1')).toEqual({ statusCode: 200, id: 'api.fetchservice' });
    expect(await get('/v1/Services/IS1')).toEqual({ statusCode: 200, id: 'conversations-services.fetchservice' });
    expect(await get('/v9/Roles/RL1')).toEqual({ statusCode: 200, id: 'api.fetchservice' });
  });

  it('calls operations of the same name by their qualified name', async () => {
    const { understudy } = await start('/v9/Roles/{{Sid}}');
    const caller = { surface: 'engine', origin: 'http://127.0.0.1:8080' } as const;
    const { result } = await understudy.engine.call('api.fetchservice', { Sid: 'RL1' }, caller);
    expect(result.body?.value).toMatchObject({ operation: 'fetchservice', path: { Sid: 'RL1' } });
    await expect(async () => understudy.engine.call('fetchservice', { Sid: 'RL1' }, caller)).rejects.toMatchObject({
      name: 'UNDERSTUDY_AMBIGUOUS_OPERATION',
    });
  });

  it('serves the first product where both APIs have the same path, and logs a warning', async () => {
    const { get, warnings } = await start('/v1/Services/{{Sid}}');
    expect(await get('/v1/Services/IS1')).toEqual({ statusCode: 200, id: 'conversations-services.fetchservice' });
    expect(await get('/roles/RL1')).toEqual({ statusCode: 200, id: 'api.fetchservice' });
    expect(warnings).toEqual([
      '`api.fetchservice` is not served at GET /v1/Services/{Sid}: `conversations-services.fetchservice` has the same path',
    ]);
  });
});
