import { expect, test } from 'vitest';
import { stateFolder } from '../../src/util/state-folder.js';

test.each([
  ['linux', {}, '/home/ada/.local/state/twilio-understudy'],
  ['linux', { XDG_STATE_HOME: '/state' }, '/state/twilio-understudy'],
  // The specification says to ignore relative paths.
  ['linux', { XDG_STATE_HOME: 'state' }, '/home/ada/.local/state/twilio-understudy'],
  ['linux', { XDG_STATE_HOME: '/state', UNDERSTUDY_STATE_DIR: '/mine' }, '/mine'],
  ['darwin', {}, '/home/ada/Library/Application Support/twilio-understudy'],
  ['win32', {}, String.raw`\home\ada\AppData\Local\twilio-understudy`],
  ['win32', { LOCALAPPDATA: String.raw`C:\Local` }, String.raw`C:\Local\twilio-understudy`],
] as const)('on %s with %j, state is kept in %s', (platform, variables, folder) => {
  expect(stateFolder(variables, platform, '/home/ada')).toBe(folder);
});
