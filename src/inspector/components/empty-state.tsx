import type { ComponentChildren, JSX } from 'preact';

interface EmptyStateProps {
  readonly title: string;
  /** Whether the title is that of the whole view. */
  readonly isPage?: boolean;
  readonly children?: ComponentChildren;
}

/** A centred message in place of content that is missing or still loading. */
export function EmptyState({ title, isPage = false, children }: EmptyStateProps): JSX.Element {
  return (
    <div class="empty-state">
      {isPage ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children}
    </div>
  );
}
