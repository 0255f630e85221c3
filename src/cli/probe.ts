import { CONTROL_BASE } from '../surfaces/control/paths.js';

/** What is found at the address of a server. */
interface Probe {
  /** An understudy answers, ready or not. */
  readonly answers: boolean;
  /** Why it gets no traffic; undefined if it is ready. */
  readonly problem?: string;
}

/** Asks a server whether it is ready. Needs no token. */
export async function probe(url: string, timeoutMs = 5000): Promise<Probe> {
  let response: Response;
  try {
    response = await fetch(`${url}${CONTROL_BASE}/health/ready`, { signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } };
    return { answers: false, problem: `no understudy answers (${cause?.code ?? message})` };
  }
  const { ready, reason = 'it is not ready' } = (await response.json().catch(() => ({}))) as {
    ready?: boolean;
    reason?: string;
  };
  if (ready === undefined)
    return { answers: false, problem: `another program answers, with status ${response.status}` };
  return ready ? { answers: true } : { answers: true, problem: reason };
}
