import type { ComponentChildren, JSX } from 'preact';

interface BarTableProps {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly name: ComponentChildren;
    readonly key: string;
    readonly cells: readonly ComponentChildren[];
    /** The length of the bar; the longest one fills the column. */
    readonly value: number;
    readonly tone: string;
  }[];
}

/** A bar chart that is a table: one row per item, with its values and a bar. */
export function BarTable({ title, columns, rows }: BarTableProps): JSX.Element {
  const longest = Math.max(...rows.map(({ value }) => value), Number.MIN_VALUE);
  return (
    <section class="chart" aria-label={title}>
      <h2>{title}</h2>
      <div class="table-scroll" tabIndex={0} role="group" aria-label={`${title} by operation`}>
        <table class="bars">
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
              <td class="axis" />
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, key, cells, value, tone }) => (
              <tr key={key}>
                <th scope="row">{name}</th>
                {cells.map((cell, i) => (
                  <td key={columns[i + 1]}>{cell}</td>
                ))}
                <td class="axis" aria-hidden="true">
                  <span class={`bar ${tone}`} style={{ left: '0', width: `${(value / longest) * 100}%` }} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
