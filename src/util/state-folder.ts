import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

const NAME = 'twilio-understudy';

/**
 * The folder for what a program keeps between runs, by the convention of the platform: XDG on Linux and other systems,
 * `Application Support` on macOS, `LOCALAPPDATA` on Windows. `UNDERSTUDY_STATE_DIR` overrides it.
 */
export function stateFolder(
  variables: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const value = (name: string) => (variables[name] === '' ? undefined : variables[name]);
  const chosen = value('UNDERSTUDY_STATE_DIR');
  if (chosen !== undefined) return chosen;
  if (platform === 'win32') return win32.join(value('LOCALAPPDATA') ?? win32.join(home, 'AppData', 'Local'), NAME);
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', NAME);
  const base = value('XDG_STATE_HOME') ?? '';
  // The XDG specification says to ignore a relative path.
  return posix.join(posix.isAbsolute(base) ? base : posix.join(home, '.local', 'state'), NAME);
}
