import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { EmptyState } from '../components/empty-state.js';
import { ErrorMessage } from '../components/error-message.js';
import { SidLink } from '../components/sid-link.js';
import { queryControl } from '../data/api.js';
import { mayChangeRecords } from '../data/change-events.js';
import { world } from '../data/route.js';
import { useLiveQuery } from '../data/use-live-query.js';
import { DeleteButton } from './delete-button.js';
import { FieldValue } from './field-value.js';
import { type TwilioRecord, valueAt } from './field-values.js';
import { RecordForm } from './record-form.js';
import type { ResourceKind } from './resources.js';

const PAGE_SIZE = 50;

export interface RecordTableProps {
  /** The kind's name in `records.list`. */
  readonly kind: string;
  readonly resource: ResourceKind;
  /** The list's owner, as `records.list` names it. */
  readonly owner?: { readonly service?: string; readonly conversation?: string };
  /** The SIDs in the path of the records' operations. */
  readonly path: Readonly<Record<string, string>>;
}

type Open = { readonly record?: TwilioRecord } | undefined;

/** The records of one kind as a table in Twilio's field names, with forms to create and change them. */
export function RecordTable({ kind, resource, owner = {}, path }: RecordTableProps): JSX.Element {
  const [start, setStart] = useState(0);
  const [open, setOpen] = useState<Open>(undefined);
  const { value, error } = useLiveQuery(
    () =>
      queryControl<{ total: number; records: readonly TwilioRecord[] }>('records.list', {
        kind,
        ...owner,
        start,
        limit: PAGE_SIZE,
      }),
    [kind, owner.service, owner.conversation, start, world.value],
    mayChangeRecords,
  );
  const { noun, scope, verbs, singular, title, columns } = resource;
  const canChange = verbs.includes('update') || verbs.includes('delete');
  return (
    <>
      <ErrorMessage error={error} />
      <div class="actions">
        {verbs.includes('create') && (
          <button type="button" onClick={() => setOpen({})}>
            Create {singular}
          </button>
        )}
        {value !== undefined && <Pages start={start} total={value.total} onChange={setStart} />}
      </div>
      {value?.total === 0 && <EmptyState title={`No ${title.toLowerCase()}`} />}
      {value !== undefined && value.records.length > 0 && (
        <div class="table-scroll" tabIndex={0} role="group" aria-label={title}>
          <table>
            <thead>
              <tr>
                <th scope="col">sid</th>
                {columns.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
                {canChange && <th scope="col">Actions</th>}
              </tr>
            </thead>
            <tbody>
              {value.records.map((record) => {
                const sid = String(record['sid']);
                return (
                  <tr key={sid}>
                    <th scope="row">
                      <SidLink value={sid} />
                    </th>
                    {columns.map((column) => (
                      <td key={column}>
                        <FieldValue value={valueAt(record, column.split('.'))} />
                      </td>
                    ))}
                    {canChange && (
                      <td class="row-actions">
                        {verbs.includes('update') && (
                          <button type="button" onClick={() => setOpen({ record })}>
                            Edit
                          </button>
                        )}
                        {verbs.includes('delete') && (
                          <DeleteButton
                            singular={singular}
                            name={sid}
                            operation={{ noun, scope }}
                            path={{ ...path, Sid: sid }}
                          />
                        )}
                      </td>
                    )}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {open !== undefined && (
        <RecordForm
          title={open.record === undefined ? `Create ${singular}` : `Edit ${singular} ${String(open.record['sid'])}`}
          operation={{ noun, scope, verb: open.record === undefined ? 'create' : 'update' }}
          path={open.record === undefined ? path : { ...path, Sid: String(open.record['sid']) }}
          record={open.record}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  );
}

interface PagesProps {
  readonly start: number;
  readonly total: number;
  readonly onChange: (start: number) => void;
}

function Pages({ start, total, onChange }: PagesProps): JSX.Element | null {
  if (total <= PAGE_SIZE) return null;
  const end = Math.min(total, start + PAGE_SIZE);
  return (
    <>
      <button type="button" disabled={start === 0} onClick={() => onChange(Math.max(0, start - PAGE_SIZE))}>
        Previous
      </button>
      <button type="button" disabled={end >= total} onClick={() => onChange(start + PAGE_SIZE)}>
        Next
      </button>
      <span role="status">
        {(start + 1).toLocaleString('en')}–{end.toLocaleString('en')} of {total.toLocaleString('en')}
      </span>
    </>
  );
}
