const { eventLoopUtilization } = performance;

/** The share of time in which an idle event loop may run code. */
const IDLE_SHARE = 0.2;

/** Runs an action after an interval in which the event loop had little to do. It does not keep the process running. */
export function whenIdle(action: () => void, intervalMs = 500): void {
  let start = eventLoopUtilization();
  const timer = setInterval(() => {
    const { utilization } = eventLoopUtilization(start);
    start = eventLoopUtilization();
    if (utilization > IDLE_SHARE) return;
    clearInterval(timer);
    action();
  }, intervalMs).unref();
}
