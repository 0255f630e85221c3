import type { JSX } from 'preact';
import { FilterSelect } from '../components/filter-select.js';
import type { Exchange } from '../data/types.js';

export interface Filter {
  readonly text: string;
  readonly operation: string;
  readonly surface: string;
  readonly outcome: string;
  readonly world: string;
}

export const noFilter: Filter = { text: '', operation: '', surface: '', outcome: '', world: '' };

const outcomes: Readonly<
  Record<string, { readonly label: string; readonly matches: (exchange: Exchange) => boolean }>
> = {
  good: { label: 'Success (2xx, 3xx)', matches: ({ status }) => status < 400 },
  refused: { label: 'Client error (4xx)', matches: ({ status }) => status >= 400 && status < 500 },
  failed: { label: 'Server error (5xx)', matches: ({ status }) => status >= 500 },
  violations: { label: 'Schema violations', matches: ({ violations }) => violations.length > 0 },
  ignored: { label: 'Ignored fields', matches: ({ ignored }) => ignored.length > 0 },
};

/** Stands for requests that named no account. */
const NO_ACCOUNT = 'default';

export function matches(exchange: Exchange, { text, operation, surface, outcome, world }: Filter): boolean {
  return (
    (operation === '' || exchange.operation === operation) &&
    (surface === '' || exchange.surface === surface) &&
    (world === '' || (exchange.account ?? NO_ACCOUNT) === world) &&
    outcomes[outcome]?.matches(exchange) !== false &&
    (text === '' || contains(exchange, text.toLowerCase()))
  );
}

function contains({ id, operation, status, input, answer }: Exchange, text: string): boolean {
  return `${id} ${operation} ${status} ${JSON.stringify([input, answer])}`.toLowerCase().includes(text);
}

interface RequestFiltersProps {
  readonly entries: readonly Exchange[];
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
}

export function RequestFilters({ entries, filter, onChange }: RequestFiltersProps): JSX.Element {
  const set = (part: Partial<Filter>): void => onChange({ ...filter, ...part });
  const optionsOf = (value: (exchange: Exchange) => string): string[] => [...new Set(entries.map(value))].sort();
  const accounts = optionsOf(({ account }) => account ?? NO_ACCOUNT);
  return (
    <div class="filters">
      <input
        type="search"
        placeholder="Search requests and responses"
        aria-label="Search requests"
        value={filter.text}
        onInput={({ currentTarget }) => set({ text: currentTarget.value })}
      />
      <FilterSelect
        label="Operation"
        value={filter.operation}
        options={optionsOf(({ operation }) => operation)}
        onChange={(operation) => set({ operation })}
      />
      <FilterSelect
        label="Surface"
        value={filter.surface}
        options={optionsOf(({ surface }) => surface)}
        onChange={(surface) => set({ surface })}
      />
      <FilterSelect
        label="Outcome"
        value={filter.outcome}
        options={Object.keys(outcomes)}
        labelOf={(key) => outcomes[key]?.label ?? key}
        onChange={(outcome) => set({ outcome })}
      />
      {accounts.length > 1 && (
        <FilterSelect
          label="World"
          value={filter.world}
          options={accounts}
          labelOf={(account) => (account === NO_ACCOUNT ? 'Default' : `…${account.slice(-6)}`)}
          onChange={(world) => set({ world })}
        />
      )}
    </div>
  );
}
