import { UnderstudyError } from '../../core/errors.js';
import type { Settings } from '../settings.js';

/** @throws UnderstudyError if `--cassette` was not given */
export function cassetteFile({ cassette, mode }: Settings): string {
  if (cassette !== undefined) return cassette;
  throw new UnderstudyError('UNDERSTUDY_BAD_OPTION', `--mode ${mode} needs --cassette FILE`);
}
