import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import UPlot from 'uplot';
import { formatTick, formatTimeOfDay } from '../components/timestamp.js';
import { type TimeSeries, type Tone, WIDTHS } from './series.js';

interface TimeChartProps {
  readonly title: string;
  readonly data: TimeSeries;
  /** Makes the chart a brush: called with the chosen time range, in milliseconds since 1970. */
  readonly onRange?: (from: number, to: number) => void;
  /** The address of the items in an interval, for the table. */
  readonly hrefOf?: (from: number, to: number) => string;
}

const HEIGHT = 180;
/** A shorter drag is a click, in pixels. */
const MIN_BRUSH = 3;
const colors: Readonly<Record<Tone, string>> = {
  accent: '--accent',
  good: '--good',
  warn: '--warn',
  bad: '--bad',
  neutral: '--text-muted',
};

/** Lines over time, with the same values as a table for keyboards and screen readers. */
export function TimeChart({ title, data, onRange, hrefOf }: TimeChartProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot | undefined>(undefined);
  const choose = useRef(onRange);
  choose.current = onRange;
  const labels = data.series.map(({ label }) => label).join();
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const draw = (): void => {
      chart.current?.destroy();
      chart.current = new UPlot(optionsOf(data, element, choose), valuesOf(data), element);
    };
    draw();
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', draw);
    const observer = new ResizeObserver(() => chart.current?.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      scheme.removeEventListener('change', draw);
      observer.disconnect();
      chart.current?.destroy();
      chart.current = undefined;
    };
  }, [labels]);
  useEffect(() => chart.current?.setData(valuesOf(data)), [data]);
  return (
    <section class="chart" aria-label={title}>
      <h2>{title}</h2>
      <p class="legend">
        {data.series.map(({ label, tone }) => (
          <span key={label} class={`series ${tone}`}>
            {label}
          </span>
        ))}
      </p>
      <div ref={box} aria-hidden="true" />
      <details>
        <summary>Show as table</summary>
        <ChartTable title={title} data={data} hrefOf={hrefOf} />
      </details>
    </section>
  );
}

type ChartTableProps = Pick<TimeChartProps, 'title' | 'data'> & { readonly hrefOf: TimeChartProps['hrefOf'] };

function ChartTable({ title, data: { times, width, series }, hrefOf }: ChartTableProps): JSX.Element {
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label={`${title} as a table`}>
      <table>
        <thead>
          <tr>
            <th scope="col">From</th>
            {series.map(({ label }) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.map((time, i) => (
            <tr key={time}>
              <th scope="row">
                {hrefOf === undefined ? (
                  formatTimeOfDay(time * 1000)
                ) : (
                  <a href={hrefOf(time * 1000, (time + width) * 1000)}>{formatTimeOfDay(time * 1000)}</a>
                )}
              </th>
              {series.map(({ label, values }) => (
                <td key={label}>{Math.round((values[i] ?? 0) * 100) / 100}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A single interval has no extent, so it gets an empty one on each side. */
function valuesOf({ times, width, series }: TimeSeries): UPlot.AlignedData {
  const [only] = times;
  if (times.length !== 1 || only === undefined) return [[...times], ...series.map(({ values }) => [...values])];
  return [[only - width, only, only + width], ...series.map(({ values }) => [0, ...values, 0])];
}

function optionsOf(
  { series }: TimeSeries,
  element: HTMLElement,
  choose: { readonly current: TimeChartProps['onRange'] },
): UPlot.Options {
  const styles = getComputedStyle(element);
  const color = (name: string): string => resolveColor(styles, name);
  const axis = { stroke: color('--text-muted'), grid: { stroke: color('--border'), width: 1 }, ticks: { show: false } };
  const isBrush = choose.current !== undefined;
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { drag: { x: isBrush, y: false, setScale: false }, points: { show: false } },
    select: { show: isBrush, left: 0, top: 0, width: 0, height: 0 },
    axes: [
      {
        ...axis,
        size: 30,
        // Room for a label, in pixels.
        space: 90,
        incrs: WIDTHS,
        values: (_, times) => times.map((time) => formatTick(time * 1000, (times.at(-1) ?? 0) - (times[0] ?? 0))),
      },
      { ...axis, size: 46 },
    ],
    // The first and the last label extend beyond the lines.
    padding: [null, 40, null, null],
    scales: {
      y: { range: (_, _minimum, maximum) => [0, Math.max(1, maximum * 1.1)] },
    },
    series: [{}, ...series.map(({ label, tone }) => ({ label, stroke: color(colors[tone]), width: 2 }))],
    hooks: {
      setSelect: [
        (chart) => {
          const { left, width } = chart.select;
          const timeAt = (position: number): number => chart.posToVal(position, 'x') * 1000;
          if (width > MIN_BRUSH) choose.current?.(timeAt(left), timeAt(left + width));
        },
      ],
    },
  };
}

/** A canvas does not know `light-dark()`, so the browser resolves the colour first. */
function resolveColor(styles: CSSStyleDeclaration, name: string): string {
  const probe = document.createElement('span');
  probe.style.color = styles.getPropertyValue(name);
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
