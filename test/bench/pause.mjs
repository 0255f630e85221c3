/** The longest pause of this process in seconds, caused by its own event loop or by the machine. */
export const longestPause = () => longest;

const INTERVAL_MS = 100;
let longest = 0;
let last = performance.now();
setInterval(() => {
  const now = performance.now();
  longest = Math.max(longest, (now - last - INTERVAL_MS) / 1000);
  last = now;
}, INTERVAL_MS).unref();
