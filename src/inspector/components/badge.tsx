import type { ComponentChildren, JSX } from 'preact';

interface BadgeProps {
  /** A CSS class: `good`, `warn`, `bad`, `neutral`, or a Twilio state or receipt status. */
  readonly tone: string;
  readonly children: ComponentChildren;
}

export function Badge({ tone, children }: BadgeProps): JSX.Element {
  return <span class={`badge ${tone}`}>{children}</span>;
}
