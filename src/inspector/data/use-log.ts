import { useEffect, useMemo, useState } from 'preact/hooks';
import { onChanges } from './change-events.js';
import { LogReplica, type Log, type LogSource, type Numbered } from './log-replica.js';

const unknownLog = { entries: undefined, total: undefined, error: undefined };

/** A copy of a server-side log with numbered entries. New `inputs` start over without entries. */
export function useLog<T extends Numbered>(source: LogSource<T>, inputs: readonly unknown[]): Log<T> {
  const [state, setState] = useState<{ readonly replica: LogReplica<T>; readonly log: Log<T> }>();
  const replica = useMemo(() => {
    const created: LogReplica<T> = new LogReplica(source, (log) => setState({ replica: created, log }));
    return created;
  }, inputs);
  useEffect(() => {
    replica.reload();
    const unsubscribe = onChanges((changes) => replica.apply(changes));
    return () => {
      unsubscribe();
      replica.close();
    };
  }, [replica]);
  return state?.replica === replica ? state.log : unknownLog;
}
