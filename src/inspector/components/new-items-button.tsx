import type { JSX } from 'preact';

interface NewItemsButtonProps {
  readonly count: number;
  readonly direction: '↑' | '↓';
  readonly onPress: () => void;
}

/** A button over a list that counts the items outside of the view and scrolls to them. Hidden while there are none. */
export function NewItemsButton({ count, direction, onPress }: NewItemsButtonProps): JSX.Element | null {
  if (count === 0) return null;
  return (
    <button type="button" class={`new-items ${direction === '↑' ? 'at-top' : 'at-bottom'}`} onClick={onPress}>
      {count.toLocaleString()} new {direction}
    </button>
  );
}
