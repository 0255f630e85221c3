import { expect, test } from 'vitest';
import { loadCapability } from '../../../../src/capability/load.js';
import { createTestUnderstudy } from '../../../helpers/understudy.js';

test('without the operations of the account, its settings are refused with a clear message', async () => {
  const [services] = loadCapability().files;
  const capability = loadCapability(services.file);
  const { controls, log } = await createTestUnderstudy({ seed: 'support-desk' }, { capability });
  await expect(controls.run('services.settings', undefined, {})).rejects.toMatchObject({
    name: 'UNDERSTUDY_UNKNOWN_OPERATION',
    message: 'The loaded capability files have no operation to fetch Configuration in scope account.',
  });
  const [service] = ((await controls.run('services.list', undefined, {})) as { services: { sid: string }[] }).services;
  expect(await controls.run('services.settings', undefined, { service: service?.sid ?? '' })).toMatchObject({
    configuration: { chat_service_sid: service?.sid },
  });
  expect(log.filter(({ level }) => level === 'error')).toEqual([]);
});
