/** A value, or a promise of it. Most results are available at once, and awaiting them would cost more than computing them. */
export type MaybePromise<T> = T | Promise<T>;

/** Applies a function to the value: synchronously if it is available, else when the promise resolves. */
export function mapMaybe<T, U>(value: MaybePromise<T>, map: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return value instanceof Promise ? value.then(map) : map(value);
}

/** Runs `end` when the value is available or has failed. */
export function finallyMaybe<T>(run: () => MaybePromise<T>, end: () => void): MaybePromise<T> {
  let value: MaybePromise<T>;
  try {
    value = run();
  } catch (error) {
    end();
    throw error;
  }
  if (value instanceof Promise) return value.finally(end);
  end();
  return value;
}
