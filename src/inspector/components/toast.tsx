import { signal } from '@preact/signals';
import type { JSX } from 'preact';

interface Notice {
  readonly text: string;
  readonly tone: 'good' | 'bad';
}

const notice = signal<Notice | undefined>(undefined);
const LONG_ENOUGH = { good: 2500, bad: 8000 };
let timer: ReturnType<typeof setTimeout> | undefined;

/** Says what came of something, for a while. */
export function say(text: string, tone: Notice['tone'] = 'good'): void {
  notice.value = { text, tone };
  clearTimeout(timer);
  timer = setTimeout(() => (notice.value = undefined), LONG_ENOUGH[tone]);
}

/** Also read aloud, so it is in the document before there is anything to say. */
export function Notices(): JSX.Element {
  return (
    <div class={`notice ${notice.value?.tone ?? ''}`} role="status">
      {notice.value?.text}
    </div>
  );
}
