import type { JSX } from 'preact';
import { href } from '../data/route.js';
import type { AppliedFault } from '../data/types.js';

/** Names the fault rule that was applied to a request or a webhook, and what the rule does. */
export function FaultNote({ fault: { rule, effects } }: { readonly fault: AppliedFault }): JSX.Element {
  return (
    <section class="card warn">
      <h2>Injected fault</h2>
      <p>
        {rule === null ? (
          <>
            The request asked for it in its header <code>Understudy-Fault</code>:
          </>
        ) : (
          <>
            Caused by <a href={href('faults')}>fault rule {rule}</a>:
          </>
        )}{' '}
        {Object.entries(effects).map(([name, value]) => (
          <span key={name} class="effect">
            {name} <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>
          </span>
        ))}
      </p>
    </section>
  );
}
