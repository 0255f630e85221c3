/**
 * When changes are synced, so that they survive a power loss: before each is acknowledged, once a second, or only when the
 * document is rewritten. All of them survive the end of the process under each policy.
 */
export const syncPolicies = ['always', 'interval', 'never'] as const;
export type SyncPolicy = (typeof syncPolicies)[number];
