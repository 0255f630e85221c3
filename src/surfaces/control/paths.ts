import type { Control } from '../../core/control.js';

/** The path prefix of the control surface; it does not occur on Twilio. */
export const CONTROL_BASE = '/__understudy';

/** The path of a control below the base: `/clock/advance` for `clock.advance`. */
export const pathOf = ({ name }: Pick<Control, 'name'>): string => `/${name.replace('.', '/')}`;

/** The MCP tool of a control: `clock-run-to-idle` for `clock.run-to-idle`. */
export const toolNameOf = ({ name }: Pick<Control, 'name'>): string => name.replace('.', '-');
