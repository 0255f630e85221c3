import type { Option } from 'commander';
import { flag } from './flags.js';
import { origin } from './option-values.js';

/** The flag of commands that call a running understudy. */
export function urlOption(): Option {
  return flag('--url <origin>', 'origin of the running understudy', origin).default('http://127.0.0.1:8080');
}
