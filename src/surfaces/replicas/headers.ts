/** Marks a request that another server has forwarded. */
export const FORWARDED = 'understudy-forwarded';
/** How long a forwarded request may still take, in milliseconds. */
export const DEADLINE = 'understudy-deadline';
/** Marks the response of a server that does not have the world. */
export const ELSEWHERE = 'understudy-world-elsewhere';
