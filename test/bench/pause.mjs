/** For how many seconds this process stood still at most: what its event loop did, or what the machine did to it. */
export const longestPause = () => longest;

const EVERY = 100;
let longest = 0;
let last = performance.now();
setInterval(() => {
  const now = performance.now();
  longest = Math.max(longest, (now - last - EVERY) / 1000);
  last = now;
}, EVERY).unref();
