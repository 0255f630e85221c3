import type { Duplex } from 'node:stream';

/** Copies bytes in both directions until both sides have ended. If one side fails, the other is closed. */
export function relay(one: Duplex, other: Duplex): void {
  copy(one, other);
  copy(other, one);
}

function copy(from: Duplex, to: Duplex): void {
  from.pipe(to);
  from.on('error', () => to.destroy());
  from.once('close', () => {
    if (!from.readableEnded || !from.writableFinished) to.destroy();
  });
}
