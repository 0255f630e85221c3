/** What workers are asked, to show them as one server. */
export type GroupQuestion = 'metrics' | 'health';

export interface WorkerHealth {
  readonly pid: number;
  /** In seconds. */
  readonly uptime: number;
  readonly ready: boolean;
  /** Why it should get no traffic. */
  readonly reason?: string | undefined;
}

/** The processes that share the ports of one server. */
export interface WorkerGroup {
  /** Returns what each worker answers, this one included. A worker that does not answer in time is left out. */
  collect(question: GroupQuestion): Promise<readonly unknown[]>;
}
