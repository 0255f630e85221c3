import type { ComponentChildren, JSX } from 'preact';

interface DefinitionListProps {
  readonly rows: readonly (readonly [name: string, value: ComponentChildren])[];
}

export function DefinitionList({ rows }: DefinitionListProps): JSX.Element {
  return (
    <dl class="definitions">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
