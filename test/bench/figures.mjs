/** Medians over rounds, and the table of results. */

export function median(numbers) {
  const sorted = numbers.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median, and the spread of the rounds in percent of it. */
export function figureOf(rounds) {
  const middle = median(rounds);
  return { median: middle, spread: ((Math.max(...rounds) - Math.min(...rounds)) / middle) * 100, rounds };
}

/**
 * Runs several measurements in turn, round by round, so that other load on the machine affects all of them alike. An
 * extra first round warms up and is not counted.
 * @param measures by name; each returns a number, or a value with its cost in CPU time
 */
export async function interleaved(measures, rounds) {
  const results = Object.fromEntries(Object.keys(measures).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, measure] of Object.entries(measures)) {
      const measured = await measure();
      if (round > 0) results[name].push(measured);
    }
  }
  return Object.fromEntries(Object.entries(results).map(([name, measured]) => [name, withCost(measured)]));
}

function withCost(measured) {
  if (typeof measured[0] === 'number') return figureOf(measured);
  const costs = measured.map(({ cost }) => cost).filter((cost) => cost !== undefined);
  const figure = figureOf(measured.map(({ value }) => value));
  return costs.length === 0 ? figure : { ...figure, cost: median(costs) };
}

/** A row that compares our figure with a baseline. */
export function compared(name, ours, baseline, { unit = '/s', atLeast, atMost } = {}) {
  const ratio = baseline && ours.median / baseline.median;
  // Unlike the ratio, CPU time is not distorted by other programs on the same cores.
  const cpuRatio = baseline?.cost && ours.cost && baseline.cost / ours.cost;
  return { name, unit, ours, baseline, ratio, cpuRatio, atLeast, atMost };
}

/** A row with an absolute target. */
export function absolute(name, ours, { unit, atMost } = {}) {
  return { name, unit, ours, atMost, isAbsolute: true };
}

export function isMet({ ours, ratio, atLeast, atMost, isAbsolute }) {
  const value = isAbsolute ? ours.median : ratio;
  if (atLeast !== undefined) return value >= atLeast;
  return atMost === undefined ? undefined : value <= atMost;
}

export function tableOf(rows) {
  const head = ['measurement', 'ours', 'baseline', 'ratio', 'by CPU', 'target', ''];
  const lines = rows.map((row) => [
    row.name,
    shown(row.ours, row.unit),
    shown(row.baseline, row.unit),
    row.ratio?.toFixed(2) ?? '',
    row.cpuRatio?.toFixed(2) ?? '',
    row.atLeast === undefined ? (row.atMost === undefined ? '' : `≤ ${row.atMost}`) : `≥ ${row.atLeast}`,
    { true: 'met', false: 'MISSED', undefined: '' }[String(isMet(row))],
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...lines].map((line) => line[column].length)));
  const format = (line) => `| ${line.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |\n`;
  return format(head) + format(widths.map((width) => '-'.repeat(width))) + lines.map(format).join('');
}

function shown(figure, unit = '') {
  if (figure === undefined) return '';
  const { median: value, spread, rounds } = figure;
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const number = value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${number}${unit}${rounds.length > 1 ? ` (spread ${spread.toFixed(0)} %)` : ''}`;
}
