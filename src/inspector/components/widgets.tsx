import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { say } from './notice.js';

export function Badge({
  tone,
  children,
}: {
  readonly tone: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return <span class={`badge ${tone}`}>{children}</span>;
}

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly run: () => unknown;
  readonly class?: string;
  readonly disabled?: boolean;
  readonly title?: string | undefined;
  /** What is said when it is done. */
  readonly done?: string;
}

/** Does something, cannot be pressed twice meanwhile, and says what went wrong. */
export function Button({ children, run, done, disabled = false, ...rest }: ButtonProps): JSX.Element {
  const [busy, setBusy] = useState(false);
  const press = async (): Promise<void> => {
    setBusy(true);
    try {
      await run();
      if (done !== undefined) say(done);
    } catch (error) {
      say((error as Error).message, 'bad');
    } finally {
      setBusy(false);
    }
  };
  return (
    <button type="button" disabled={disabled || busy} onClick={() => void press()} {...rest}>
      {children}
    </button>
  );
}

/** Browsers have no clipboard for a page that came by plain HTTP from another machine; the old way works there. */
async function toClipboard(text: string): Promise<void> {
  if (isSecureContext) return navigator.clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}

/** Copies what it is given, or what it first has to fetch. */
export function Copy({ what, text }: { readonly what: string; readonly text: () => Promise<string> | string }) {
  const copy = async (): Promise<void> => toClipboard(await text());
  return (
    <Button class="quiet" run={copy} done={`Copied: ${what}`}>
      Copy {what}
    </Button>
  );
}

interface ConfirmProps {
  readonly label: string;
  readonly question: string;
  readonly run: () => unknown;
  readonly done?: string;
}

/** A button for what cannot be undone: it asks first. */
export function DangerButton({ label, question, run, done }: ConfirmProps): JSX.Element {
  const [asking, setAsking] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (asking) dialog.current?.showModal();
  }, [asking]);
  const close = (): void => dialog.current?.close();
  return (
    <>
      <button type="button" class="danger" onClick={() => setAsking(true)}>
        {label}
      </button>
      {asking && (
        <dialog ref={dialog} aria-label={label} onClose={() => setAsking(false)}>
          <p>{question}</p>
          <div class="actions">
            <button type="button" onClick={close}>
              Cancel
            </button>
            <Button
              class="danger"
              run={async () => {
                await run();
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

/** A list of names with their values. */
export function Facts({ rows }: { readonly rows: readonly (readonly [name: string, value: ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What is shown where there is nothing, or not yet. */
export function Blank({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="blank">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function Failure({ error }: { readonly error: Error | undefined }): JSX.Element | null {
  return error === undefined ? null : (
    <p class="failure" role="alert">
      {error.message}
    </p>
  );
}
