import { Option } from 'commander';
import { type ModeSettings, modes } from '../app/settings.js';
import { defaultLimits, type LiveLimits } from '../backends/live/limits.js';
import { flag, toggle } from './flags.js';
import { age, atLeastOne, count, list, nonEmpty, origin, seconds } from './option-values.js';

/** The on-off settings by key, with the name of their flag and what holds when nobody says. */
export const modeToggles = [
  ['passCredentials', 'pass-credentials', false],
  ['rewriteUrls', 'rewrite-urls', true],
  ['readOnly', 'read-only', false],
  ['dryRun', 'dry-run', false],
  ['scrub', 'scrub', false],
] as const satisfies readonly (readonly [keyof ModeSettings, string, boolean])[];

export function modeOptions(): Option[] {
  const { connections, queue, connectTimeout, answerTimeout, timeout, retries } = defaultLimits;
  return [
    flag('--mode <mode>', 'who answers: the simulator, Twilio itself, or a recording')
      .choices([...modes])
      .default('simulate'),
    flag('--upstream <origin>', "live: another address than Twilio's", origin),
    toggle('--pass-credentials', "live: send the credentials of the Twilio surface's callers in place of ours"),
    toggle('--rewrite-urls', 'let page URLs on the Twilio surface lead back here (default)'),
    new Option('--no-rewrite-urls', 'do not'),
    flag('--allow <operations>', 'operations that may be called, with commas between', list),
    toggle('--read-only', 'refuse every operation that writes'),
    toggle('--dry-run', 'live: show what would be sent, and send nothing'),
    flag('--cassette <file>', 'record: the file to write; replay: the file to answer from', nonEmpty),
    toggle('--scrub', 'record: replace bodies, names, addresses and identities'),
    flag('--max-age <age>', 'replay: refuse a cassette that is older, e.g. 30d or 12h', age),
    flag('--connections <n>', `live: connections to Twilio (default: ${connections})`, atLeastOne),
    flag('--queue <n>', `live: requests that may wait for one (default: ${queue})`, count),
    flag('--connect-timeout <seconds>', `live: to connect ${usual(connectTimeout)}`, seconds),
    flag('--answer-timeout <seconds>', `live: to wait for an answer ${usual(answerTimeout)}`, seconds),
    flag('--timeout <seconds>', `live: for a whole call with its retries ${usual(timeout)}`, seconds),
    flag('--retries <n>', `live: attempts after the first, where safe (default: ${retries})`, count),
    flag('--drain <seconds>', 'for requests in flight, when told to stop (default: 1.5; live: 10)', seconds),
  ];
}

function usual(milliseconds: number): string {
  return `(default: ${milliseconds / 1000})`;
}

const LIMITS = ['connections', 'queue', 'connectTimeout', 'answerTimeout', 'timeout', 'retries'] as const;

/** The limits that were given by flags. */
export function limitsOf(options: Readonly<Record<string, unknown>>): Partial<LiveLimits> {
  return Object.fromEntries(
    LIMITS.flatMap((name) => (typeof options[name] === 'number' ? [[name, options[name]]] : [])),
  );
}

/** Whether the usual variables ask for traces; the exporter reads where to, and with what, from them too. */
export function asksForTraces(env: NodeJS.ProcessEnv): boolean {
  const exporter = env['OTEL_TRACES_EXPORTER'] ?? '';
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true' || exporter === 'none') return false;
  const endpoint = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] ?? env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '';
  return exporter === 'otlp' || endpoint !== '';
}
