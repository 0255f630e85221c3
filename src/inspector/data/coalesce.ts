/** Pause between two runs of the same function, in milliseconds. */
const PAUSE_MS = 50;

/**
 * Limits how often `run` is started: at once when idle, and otherwise once more after the current run and a pause. A
 * burst of calls thus causes one run at its start and one at its end.
 */
export function coalesce(run: () => Promise<void>): () => void {
  let isRunning = false;
  let isRequested = false;
  return function start(): void {
    if (isRunning) {
      isRequested = true;
      return;
    }
    isRunning = true;
    void run().finally(() => {
      setTimeout(() => {
        isRunning = false;
        if (!isRequested) return;
        isRequested = false;
        start();
      }, PAUSE_MS);
    });
  };
}
