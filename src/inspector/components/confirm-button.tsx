import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from './button.js';

interface ConfirmButtonProps {
  readonly label: string;
  readonly question: string;
  readonly onConfirm: () => unknown;
  /** The message shown after `onConfirm` succeeds. */
  readonly done?: string;
}

/** A button for an action that cannot be undone. It opens a confirmation dialog. */
export function ConfirmButton({ label, question, onConfirm, done }: ConfirmButtonProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
  }, [isOpen]);
  const close = (): void => dialog.current?.close();
  return (
    <>
      <button type="button" class="danger" onClick={() => setOpen(true)}>
        {label}
      </button>
      {isOpen && (
        <dialog ref={dialog} aria-label={label} onClose={() => setOpen(false)}>
          <p>{question}</p>
          <div class="actions">
            <button type="button" onClick={close}>
              Cancel
            </button>
            <Button
              class="danger"
              onPress={async () => {
                await onConfirm();
                close();
              }}
              {...(done === undefined ? {} : { done })}
            >
              {label}
            </Button>
          </div>
        </dialog>
      )}
    </>
  );
}
