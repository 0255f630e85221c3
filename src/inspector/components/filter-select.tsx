import type { JSX } from 'preact';

interface FilterSelectProps {
  readonly label: string;
  /** The selected option; `''` selects all. */
  readonly value: string;
  readonly options: readonly string[];
  readonly labelOf?: (option: string) => string;
  readonly onChange: (value: string) => void;
}

/** A filter with one choice, or none. */
export function FilterSelect(props: FilterSelectProps): JSX.Element {
  const { label, value, options, labelOf = (option) => option, onChange } = props;
  return (
    <select aria-label={label} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
      <option value="">Any {label.toLowerCase()}</option>
      {options.map((option) => (
        <option key={option} value={option}>
          {labelOf(option)}
        </option>
      ))}
    </select>
  );
}
