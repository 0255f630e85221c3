import type { Mode } from '../settings.js';
import { live } from './live.js';
import type { ModeDefinition } from './mode.js';
import { record } from './record.js';
import { replay } from './replay.js';
import { simulate } from './simulate.js';

/** All modes by name. To add one, write its file, list it here, and add its name to `modeNames`. */
export const modes: Readonly<Record<Mode, ModeDefinition>> = { simulate, live, record, replay };
