import type { JSX } from 'preact';
import type { Exchange } from '../base/types.js';

export interface Filter {
  readonly text: string;
  readonly operation: string;
  readonly surface: string;
  readonly outcome: string;
  readonly world: string;
}

export const emptyFilter: Filter = { text: '', operation: '', surface: '', outcome: '', world: '' };

const outcomes: Readonly<Record<string, { readonly label: string; readonly fits: (exchange: Exchange) => boolean }>> = {
  good: { label: 'Succeeded', fits: ({ status }) => status < 400 },
  refused: { label: 'Refused (4xx)', fits: ({ status }) => status >= 400 && status < 500 },
  failed: { label: 'Failed (5xx)', fits: ({ status }) => status >= 500 },
  violations: { label: 'Against the shape', fits: ({ violations }) => violations.length > 0 },
  ignored: { label: 'With ignored fields', fits: ({ ignored }) => ignored.length > 0 },
};

const NO_WORLD = 'default';

export function fits(exchange: Exchange, { text, operation, surface, outcome, world }: Filter): boolean {
  return (
    (operation === '' || exchange.operation === operation) &&
    (surface === '' || exchange.surface === surface) &&
    (world === '' || (exchange.account ?? NO_WORLD) === world) &&
    outcomes[outcome]?.fits(exchange) !== false &&
    (text === '' || contains(exchange, text.toLowerCase()))
  );
}

function contains({ id, operation, status, input, answer }: Exchange, text: string): boolean {
  return `${id} ${operation} ${status} ${JSON.stringify([input, answer])}`.toLowerCase().includes(text);
}

interface Props {
  readonly entries: readonly Exchange[];
  readonly filter: Filter;
  readonly change: (filter: Filter) => void;
}

export function RequestFilters({ entries, filter, change }: Props): JSX.Element {
  const set = (part: Partial<Filter>): void => change({ ...filter, ...part });
  const all = (value: (exchange: Exchange) => string): string[] => [...new Set(entries.map(value))].sort();
  const accounts = all(({ account }) => account ?? NO_WORLD);
  return (
    <div class="filters">
      <input
        type="search"
        placeholder="Search in what was asked and answered"
        aria-label="Search requests"
        value={filter.text}
        onInput={({ currentTarget }) => set({ text: currentTarget.value })}
      />
      <Choice
        label="Operation"
        value={filter.operation}
        options={all(({ operation }) => operation)}
        set={(operation) => set({ operation })}
      />
      <Choice
        label="Surface"
        value={filter.surface}
        options={all(({ surface }) => surface)}
        set={(surface) => set({ surface })}
      />
      <Choice
        label="Outcome"
        value={filter.outcome}
        options={Object.keys(outcomes)}
        name={(key) => outcomes[key]?.label ?? key}
        set={(outcome) => set({ outcome })}
      />
      {accounts.length > 1 && (
        <Choice
          label="World"
          value={filter.world}
          options={accounts}
          name={(account) => (account === NO_WORLD ? 'none named' : `…${account.slice(-6)}`)}
          set={(world) => set({ world })}
        />
      )}
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly string[];
  readonly name?: (option: string) => string;
  readonly set: (value: string) => void;
}

export function Choice({ label, value, options, name = (option) => option, set }: ChoiceProps): JSX.Element {
  return (
    <select aria-label={label} value={value} onChange={({ currentTarget }) => set(currentTarget.value)}>
      <option value="">Any {label.toLowerCase()}</option>
      {options.map((option) => (
        <option key={option} value={option}>
          {name(option)}
        </option>
      ))}
    </select>
  );
}
