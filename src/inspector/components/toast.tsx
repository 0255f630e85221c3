import { signal } from '@preact/signals';
import type { JSX } from 'preact';

interface ToastMessage {
  readonly text: string;
  readonly tone: 'good' | 'bad';
}

const message = signal<ToastMessage | undefined>(undefined);
const DURATION_MS = { good: 2500, bad: 8000 };
let timer: ReturnType<typeof setTimeout> | undefined;

/** Shows the result of an action: 2.5 s for a success, 8 s for an error. */
export function showToast(text: string, tone: ToastMessage['tone'] = 'good'): void {
  message.value = { text, tone };
  clearTimeout(timer);
  timer = setTimeout(() => (message.value = undefined), DURATION_MS[tone]);
}

/** Rendered even while empty: screen readers announce changes of a live region, not its insertion. */
export function Toast(): JSX.Element {
  return (
    <div class={`toast ${message.value?.tone ?? ''}`} role="status">
      {message.value?.text}
    </div>
  );
}
