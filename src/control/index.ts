import type { Control } from '../core/control.js';
import { faultControls } from './fault-controls.js';
import { journalControls } from './journal-controls.js';
import { observedControls } from './observed-controls.js';
import { type ControlParts, ownProperty } from './parts.js';
import { lazyCode } from '../util/load-code.js';
import { type Controls, createControls } from './registry.js';
import { reportControls } from './report-controls.js';
import { tokenControls } from './token-controls.js';
import { verifyControls } from './verify-controls.js';

export type { ControlParts } from './parts.js';

/** The groups of controls, in the order in which they are listed. */
const groups: readonly ((parts: ControlParts) => readonly Control[])[] = [
  (parts) => parts.backendControls.map((each) => (each.name === 'worlds.list' ? listingAllWorlds(each, parts) : each)),
  tokenControls,
  journalControls,
  verifyControls,
  faultControls,
  reportControls,
];

/** Builds the controls of the backend and those that no backend owns. The feed publishes each change that they make. */
export function assembleControls(parts: ControlParts): Controls {
  return createControls(
    observedControls(
      groups.flatMap((group) => group(parts)).map((control) => withAdmission(control, parts)),
      parts.feed,
    ),
  );
}

const loadMergedWorlds = lazyCode(() => import('./merged-worlds.js'));

/** Lists the worlds of all servers on a database as well. */
function listingAllWorlds(control: Control, { shared, defaultAccount }: ControlParts): Control {
  return {
    ...control,
    input: { properties: ownProperty },
    async run(account, { own }) {
      if (shared === undefined || own === true) return control.run(account, {});
      return (await loadMergedWorlds()).listAllWorlds(control, shared, defaultAccount);
    },
  };
}

/** Refuses a control that adds data while memory is short. */
function withAdmission(control: Control, { admitGrowth }: ControlParts): Control {
  if (control.grows !== true) return control;
  return {
    ...control,
    run(account, input) {
      admitGrowth(control.name);
      return control.run(account, input);
    },
  };
}
