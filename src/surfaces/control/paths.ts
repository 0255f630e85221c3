import type { Control } from '../../core/control.js';

/** Below it lies what Twilio will never have. */
export const CONTROL_BASE = '/__understudy';

/** `clock.advance` is at `/clock/advance` below the base. */
export const pathOf = ({ name }: Pick<Control, 'name'>): string => `/${name.replace('.', '/')}`;

/** `clock.run-to-idle` is the tool `clock-run-to-idle`. */
export const toolNameOf = ({ name }: Pick<Control, 'name'>): string => name.replace('.', '-');
