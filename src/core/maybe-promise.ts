/** Something that may be there already. Most answers are, and to wait for one would cost more than to make it. */
export type MaybePromise<T> = T | Promise<T>;

/** Goes on with it: at once, if it is there. */
export function mapMaybe<T, U>(soon: MaybePromise<T>, goOn: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return soon instanceof Promise ? soon.then(goOn) : goOn(soon);
}
