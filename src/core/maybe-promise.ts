/** A value, or a promise of it. Most results are available at once, and awaiting them would cost more than computing them. */
export type MaybePromise<T> = T | Promise<T>;

/** Applies a function to the value: synchronously if it is available, else when the promise resolves. */
export function mapMaybe<T, U>(value: MaybePromise<T>, map: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return value instanceof Promise ? value.then(map) : map(value);
}
