/** Computes a value on first use. A failure is not kept: the next use tries again. */
export function lazy<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    if (made !== undefined) return made;
    const value = make();
    made = value;
    if (value instanceof Promise) {
      value.catch(() => {
        if (made === value) made = undefined;
      });
    }
    return value;
  };
}
