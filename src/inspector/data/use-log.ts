import { useEffect, useMemo, useState } from 'preact/hooks';
import { onChanges } from './change-events.js';
import { LogReplica, type Log, type LogSource, type Numbered } from './log-replica.js';

interface LogState<T> {
  /** Identifies the log among those of the same source, e.g. by its world. */
  readonly key: string;
  readonly log: Log<T>;
}

/** The last state of each log. A view that is opened again shows it at once, also without a connection. */
const lastStates = new WeakMap<object, LogState<unknown>>();

/** A copy of a server-side log with numbered entries. A new `key` starts over without entries. */
export function useLog<T extends Numbered>(source: LogSource<T>, key: string): Log<T> {
  const [state, setState] = useState(() => lastStates.get(source) as LogState<T> | undefined);
  const replica = useMemo(() => {
    const initial = state?.key === key ? state.log : undefined;
    return new LogReplica(source, initial, (log) => {
      lastStates.set(source, { key, log });
      setState({ key, log });
    });
  }, [source, key]);
  useEffect(() => {
    replica.reload();
    const unsubscribe = onChanges((changes) => replica.apply(changes));
    return () => {
      unsubscribe();
      replica.close();
    };
  }, [replica]);
  return state?.key === key ? state.log : { entries: undefined, total: undefined, error: undefined };
}
