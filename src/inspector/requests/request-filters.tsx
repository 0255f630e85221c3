import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { CopyButton } from '../components/copy-button.js';
import { FilterSelect } from '../components/filter-select.js';
import { formatTimeOfDay } from '../components/timestamp.js';
import { setQuery } from '../data/route.js';
import type { Exchange } from '../data/types.js';
import { errorOf, type Filter, isFiltered, NO_ACCOUNT, outcomes } from './filter.js';

interface RequestFiltersProps {
  readonly entries: readonly Exchange[];
  readonly filter: Filter;
}

/** The filters of the log. They are part of the page's address, so that a link leads to the same requests. */
export function RequestFilters({ entries, filter }: RequestFiltersProps): JSX.Element {
  const { text = '', from, to } = filter;
  const isMoreUsed = ['method', 'surface', 'status', 'code', 'slower', 'account'].some((part) => part in filter);
  const [isMoreOpen, setMoreOpen] = useState(isMoreUsed);
  const optionsOf = (value: (exchange: Exchange) => string): string[] => [...new Set(entries.map(value))].sort();
  const select = (
    part: keyof Filter,
    label: string,
    options: readonly string[],
    labelOf?: (option: string) => string,
  ) => {
    const value = filter[part] ?? '';
    return (
      <FilterSelect
        label={label}
        value={value}
        options={value === '' || options.includes(value) ? options : [value, ...options]}
        {...(labelOf === undefined ? {} : { labelOf })}
        onChange={(chosen) => setQuery({ [part]: chosen })}
      />
    );
  };
  const accounts = optionsOf(({ account }) => account ?? NO_ACCOUNT);
  const codes = entries.flatMap((exchange) => errorOf(exchange)?.code ?? []);
  return (
    <div class="filters">
      <input
        type="search"
        placeholder="Search everything in the log"
        aria-label="Search requests"
        value={text}
        onInput={({ currentTarget }) => setQuery({ text: currentTarget.value })}
      />
      {select(
        'operation',
        'Operation',
        optionsOf(({ operation }) => operation),
      )}
      {select('outcome', 'Outcome', Object.keys(outcomes), (key) => outcomes[key]?.label ?? key)}
      <button type="button" aria-expanded={isMoreOpen} onClick={() => setMoreOpen(!isMoreOpen)}>
        More filters
      </button>
      {isMoreOpen && (
        <>
          {select(
            'method',
            'Method',
            optionsOf(({ method }) => method),
          )}
          {select(
            'status',
            'Status',
            optionsOf(({ status }) => String(status)),
          )}
          {select('code', 'Error code', [...new Set(codes.map(String))].sort())}
          {select(
            'surface',
            'Surface',
            optionsOf(({ surface }) => surface),
          )}
          {select('slower', 'Duration', ['10', '100', '1000'], (value) => `At least ${value} ms`)}
          {(accounts.length > 1 || filter.account !== undefined) &&
            select('account', 'World', accounts, (account) =>
              account === NO_ACCOUNT ? 'Default' : `…${account.slice(-6)}`,
            )}
        </>
      )}
      {from !== undefined && to !== undefined && (
        <button type="button" class="chosen" onClick={() => setQuery({ from: '', to: '' })}>
          {formatTimeOfDay(Number(from))}–{formatTimeOfDay(Number(to))} <span aria-hidden="true">✕</span>
          <span class="visually-hidden">Remove the time range</span>
        </button>
      )}
      {isFiltered(filter) && (
        <>
          <CopyButton what="link" text={() => location.href} />
          <button
            type="button"
            class="quiet"
            onClick={() => setQuery(Object.fromEntries(Object.keys(filter).map((part) => [part, ''])))}
          >
            Clear filters
          </button>
        </>
      )}
    </div>
  );
}
