/** What a comparison tolerates on purpose, as `understudy contract --explain` prints it. */
import type { Scenario } from '../model/scenario.js';

interface Tolerance {
  readonly what: string;
  readonly why: string;
  /** How to make it strict; absent if that makes no sense. */
  readonly strict?: string;
}

const TOLERANCES: readonly Tolerance[] = [
  {
    what: 'A slow response',
    why: 'the time of an answer depends on the network',
    strict: '--max-latency SECONDS reports slower responses of the right side',
  },
  {
    what: 'A failed attempt that a retry hides (429; for reads and deletions also 502 to 504 and broken connections)',
    why: 'live mode repeats requests that are safe to repeat, as clients of Twilio do',
    strict: '--retries 0 repeats no request',
  },
  {
    what: 'The order of JSON keys, and the values of headers apart from the media type',
    why: 'clients must not depend on them',
  },
  {
    what: 'Other SIDs, times, page tokens and hosts',
    why: 'every run has its own; the suite checks which step created a SID, and that times lie within the run',
  },
  {
    what: 'The size of the pages of a list that is read to its end',
    why: 'the suite compares the records and their order, and checks the links between the pages',
  },
  {
    what: 'Records of others in lists of the whole account',
    why: 'an account has other users; the suite compares the records that the run created',
  },
  {
    what: 'Steps that need a phone, a device or the settings of the account',
    why: 'they cost money or affect others',
    strict: '--address with --proxy-address, --binding and --account-settings play them',
  },
  {
    what: 'Differences in the list of known drift',
    why: 'each has a reason and a last day',
    strict: '--known-drift FILE uses another list; an empty one accepts nothing',
  },
];

/** All tolerances: of every comparison, and those that steps of the scenarios declare. */
export function tolerancesText(scenarios: readonly Scenario[]): string {
  const general = TOLERANCES.flatMap(({ what, why, strict }) => [
    `- ${what}: ${why}.`,
    ...(strict === undefined ? [] : [`  Strict: ${strict}.`]),
  ]);
  const declared = scenarios.flatMap(({ name, steps }) =>
    steps.flatMap(({ name: step, free = {}, order }) => [
      ...Object.entries(free).map(([path, reason]) => `- ${name} · ${step} · ${path}: ${reason}`),
      ...(order === 'free' ? [`- ${name} · ${step}: the order of the list`] : []),
    ]),
  );
  return [
    'A comparison tolerates:',
    ...general,
    '',
    'Values of single steps may differ, but not in their form (a date remains a date), and the order of some lists:',
    ...declared,
    '',
  ].join('\n');
}
