import type { JSX } from 'preact';
import { Button } from './button.js';

interface CopyButtonProps {
  /** What is copied, e.g. `as curl`. */
  readonly what: string;
  readonly text: () => Promise<string> | string;
  readonly disabled?: boolean;
  /** Distinguishes buttons that copy the same kind of thing, for screen readers. */
  readonly label?: string;
}

export function CopyButton({ what, text, disabled = false, label }: CopyButtonProps): JSX.Element {
  const copy = async (): Promise<void> => writeClipboard(await text());
  return (
    <Button class="quiet" disabled={disabled} onPress={copy} done={`Copied ${what}`}>
      Copy {what}
      {label !== undefined && <span class="visually-hidden">: {label}</span>}
    </Button>
  );
}

/** `navigator.clipboard` exists in secure contexts only, and plain HTTP from another machine is not one. */
async function writeClipboard(text: string): Promise<void> {
  if (isSecureContext) return navigator.clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}
