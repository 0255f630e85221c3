/** Medians over rounds, and the table of results. */

export function median(numbers) {
  const sorted = numbers.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median of the rounds, and their quartiles: half of the rounds are between them. */
export function figureOf(rounds) {
  const sorted = rounds.toSorted((one, other) => one - other);
  const quarter = Math.floor(sorted.length / 4);
  return { median: median(rounds), low: sorted[quarter], high: sorted.at(-1 - quarter), rounds };
}

/**
 * Runs several measurements in turn, round by round, so that other load on the machine affects all of them alike. An
 * extra first round warms up and is not counted.
 * @param measures by name; each returns a number, or several by name
 * @returns the figures of each measurement, in the form of what it returns
 */
export async function interleaved(measures, rounds) {
  const results = Object.fromEntries(Object.keys(measures).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, measure] of Object.entries(measures)) {
      const measured = await measure();
      if (round > 0) results[name].push(measured);
    }
  }
  return Object.fromEntries(Object.entries(results).map(([name, measured]) => [name, figuresOf(measured)]));
}

function figuresOf(measured) {
  if (typeof measured[0] === 'number') return figureOf(measured);
  return Object.fromEntries(Object.keys(measured[0]).map((name) => [name, figureOf(measured.map((one) => one[name]))]));
}

/**
 * A row that compares our figure with a baseline: the median and the quartiles of the ratios of two rounds that followed each
 * other. The speed of the machine changes less between them than from the first round to the last.
 * @param options.busy the machine was too busy for a verdict
 */
export function compared(name, ours, baseline, { unit = '/s', atLeast, atMost, busy = false } = {}) {
  const ratio = baseline && figureOf(ours.rounds.map((value, i) => value / baseline.rounds[i]));
  return { name, unit, ours, baseline, ratio, atLeast, atMost, busy };
}

/** The share of a run in which a server may wait for a processor. Above it, other programs were using its core. */
const MAX_WAITED = 0.15;

/** A row that compares the CPU time of one request, of two results of `costOf`. */
export function comparedCost(name, ours, baseline, target) {
  const busy = Math.max(ours.waited.median, baseline.waited.median) > MAX_WAITED;
  return { ...compared(name, ours.cpu, baseline.cpu, { unit: ' µs', busy, ...target }), cost: [ours, baseline] };
}

/** By how much the load generator may be late, in milliseconds. If it is later, it had to wait for a processor itself. */
const MAX_LATE = 1;

/** The share of the requests of an even load that must be answered in its time. */
const MIN_REACHED = 0.98;

/**
 * A row with an absolute target.
 * @param options.late by how much the load generator was late @param options.reached the share of the rate that was reached
 */
export function absolute(name, ours, { unit, atMost, late, reached = 1 } = {}) {
  const busy = (late !== undefined && late.median > MAX_LATE) || reached < MIN_REACHED;
  return { name, unit, ours, atMost, isAbsolute: true, busy };
}

/**
 * Compares a row with its target; undefined if it has none. Three of four rounds must agree, else
 * the measurement has not decided.
 */
export function verdictOf({ ours, ratio, atLeast, atMost, isAbsolute, busy }) {
  const figure = isAbsolute ? ours : ratio;
  const target = atMost ?? atLeast;
  if (target === undefined || figure === undefined) return undefined;
  if (busy) return 'machine too busy';
  const holds = (value) => (atMost === undefined ? value >= atLeast : value <= atMost);
  const isMet = holds(figure.median);
  const agree = [figure.low, figure.high].every((value) => holds(value) === isMet);
  return agree ? (isMet ? 'met' : 'MISSED') : 'undecided';
}

export function tableOf(rows) {
  const head = ['measurement', 'ours', 'baseline', 'ratio (quartiles)', 'target', ''];
  const lines = rows.map((row) => [
    row.name,
    shown(row.ours, row.unit) + partsOf(row.cost?.[0]),
    shown(row.baseline, row.unit) + partsOf(row.cost?.[1]),
    row.ratio === undefined
      ? ''
      : `${row.ratio.median.toFixed(2)} (${row.ratio.low.toFixed(2)} to ${row.ratio.high.toFixed(2)})`,
    row.atLeast === undefined ? (row.atMost === undefined ? '' : `≤ ${row.atMost}`) : `≥ ${row.atLeast}`,
    verdictOf(row) ?? '',
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...lines].map((line) => line[column].length)));
  const format = (line) => `| ${line.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |\n`;
  return format(head) + format(widths.map((width) => '-'.repeat(width))) + lines.map(format).join('');
}

/** The CPU time in programs and in the kernel, and how long the server waited for a processor. */
function partsOf(cost) {
  if (cost === undefined) return '';
  const { user, system, waited } = cost;
  return ` (${user.median.toFixed(0)} + ${system.median.toFixed(0)}, waited ${(waited.median * 100).toFixed(0)} %)`;
}

function shown(figure, unit = '') {
  if (figure === undefined) return '';
  const { median: value, low, high, rounds } = figure;
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const number = value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${number}${unit}${rounds.length > 1 ? ` ±${(((high - low) / Math.abs(value)) * 50).toFixed(0)} %` : ''}`;
}
