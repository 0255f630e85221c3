import type { Control } from '../core/control.js';
import type { Feed } from '../engine/feed.js';

/** Wraps the controls that change something, to publish an event after each run. */
export function observedControls(controls: readonly Control[], feed: Feed): readonly Control[] {
  return controls.map((control) => {
    if (!control.changes) return control;
    return {
      ...control,
      async run(account, input) {
        try {
          return await control.run(account, input);
        } finally {
          // A failed control may have changed something before it failed.
          feed.publish({ kind: 'control', name: control.name, account: account ?? null });
        }
      },
    };
  });
}
