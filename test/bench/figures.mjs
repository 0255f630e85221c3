/** Rounds, medians and their table. */

export function median(numbers) {
  const sorted = numbers.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median, and how far the rounds lie apart, in hundredths of it. */
export function figureOf(rounds) {
  const middle = median(rounds);
  return { median: middle, spread: ((Math.max(...rounds) - Math.min(...rounds)) / middle) * 100, rounds };
}

/**
 * Measures several things in turn, and again, so that what else the machine does falls on all alike. One more round goes
 * before, to warm up, and counts for nothing.
 * @param measures by name, each giving a number, or a value and what it cost in processor time
 */
export async function interleaved(measures, rounds) {
  const found = Object.fromEntries(Object.keys(measures).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, measure] of Object.entries(measures)) {
      const measured = await measure();
      if (round > 0) found[name].push(measured);
    }
  }
  return Object.fromEntries(Object.entries(found).map(([name, measured]) => [name, withCost(measured)]));
}

function withCost(measured) {
  if (typeof measured[0] === 'number') return figureOf(measured);
  const costs = measured.map(({ cost }) => cost).filter((cost) => cost !== undefined);
  const figure = figureOf(measured.map(({ value }) => value));
  return costs.length === 0 ? figure : { ...figure, cost: median(costs) };
}

/** One line of the table: ours, what it is held against, and how they compare. */
export function compared(what, ours, against, { unit = '/s', atLeast, atMost } = {}) {
  const ratio = against && ours.median / against.median;
  // It holds also where other programs take their share of the cores.
  const byProcessor = against?.cost && ours.cost && against.cost / ours.cost;
  return { what, unit, ours, against, ratio, byProcessor, atLeast, atMost };
}

/** A figure that is held against a number. */
export function absolute(what, ours, { unit, atMost } = {}) {
  return { what, unit, ours, atMost, isAbsolute: true };
}

export function isMet({ ours, ratio, atLeast, atMost, isAbsolute }) {
  const value = isAbsolute ? ours.median : ratio;
  if (atLeast !== undefined) return value >= atLeast;
  return atMost === undefined ? undefined : value <= atMost;
}

export function tableOf(rows) {
  const head = ['what', 'ours', 'against', 'ratio', 'by CPU', 'goal', ''];
  const lines = rows.map((row) => [
    row.what,
    shown(row.ours, row.unit),
    shown(row.against, row.unit),
    row.ratio?.toFixed(2) ?? '',
    row.byProcessor?.toFixed(2) ?? '',
    row.atLeast === undefined ? (row.atMost === undefined ? '' : `≤ ${row.atMost}`) : `≥ ${row.atLeast}`,
    { true: 'met', false: 'NOT met', undefined: '' }[String(isMet(row))],
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
