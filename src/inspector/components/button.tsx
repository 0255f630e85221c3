import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { showToast } from './toast.js';

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onPress: () => unknown;
  readonly class?: string;
  readonly disabled?: boolean;
  readonly title?: string | undefined;
  /** The message shown after `onPress` succeeds. */
  readonly done?: string;
}

/** A button for an asynchronous action. It is disabled while the action runs and shows the error if it fails. */
export function Button({ children, onPress, done, disabled = false, ...rest }: ButtonProps): JSX.Element {
  const [isBusy, setBusy] = useState(false);
  const press = async (): Promise<void> => {
    setBusy(true);
    try {
      await onPress();
      if (done !== undefined) showToast(done);
    } catch (error) {
      showToast((error as Error).message, 'bad');
    } finally {
      setBusy(false);
    }
  };
  return (
    <button type="button" disabled={disabled || isBusy} onClick={() => void press()} {...rest}>
      {children}
    </button>
  );
}
