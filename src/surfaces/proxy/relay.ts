import type { Socket } from 'node:net';

/** Finds out that the other end of an idle connection has vanished, in milliseconds. */
const KEEP_ALIVE = 60_000;

/** Copies bytes in both directions until both sides have ended. If one side fails, the other is closed. */
export function relay(one: Socket, other: Socket): void {
  copy(one, other);
  copy(other, one);
}

function copy(from: Socket, to: Socket): void {
  from.setKeepAlive(true, KEEP_ALIVE);
  from.pipe(to);
  from.on('error', () => to.destroy());
  from.once('close', () => {
    if (!from.readableEnded || !from.writableFinished) to.destroy();
  });
}
