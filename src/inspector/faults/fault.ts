/** A fault rule as `faults.list` returns it; the members without a name here describe the effect. */
export interface Fault {
  readonly id: number;
  readonly happened: number;
  readonly operation?: string;
  readonly event?: string;
  /** How often the rule applies before it is used up; absent: without limit. */
  readonly times?: number;
  readonly [key: string]: unknown;
}

export function isActive({ happened, times = Infinity }: Fault): boolean {
  return happened < times;
}
