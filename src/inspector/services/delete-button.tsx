import type { JSX } from 'preact';
import { ConfirmButton } from '../components/confirm-button.js';
import { callOperation, findOperation, type OperationKey } from '../data/operations.js';

interface DeleteButtonProps {
  /** What is deleted, e.g. `user`. */
  readonly singular: string;
  /** Its name in the question. */
  readonly name: string;
  readonly operation: Omit<OperationKey, 'verb'>;
  readonly path: Readonly<Record<string, string>>;
  /** What is deleted with it. */
  readonly consequence?: string;
  readonly onDeleted?: () => void;
}

export function DeleteButton(props: DeleteButtonProps): JSX.Element {
  const { singular, name, operation, path, consequence = '', onDeleted } = props;
  return (
    <ConfirmButton
      label="Delete"
      question={`Delete the ${singular} ${name}? ${consequence}`.trim()}
      onConfirm={async () => {
        const found = await findOperation({ ...operation, verb: 'delete' });
        if (found === undefined)
          throw new Error(`The loaded capability files have no operation to delete ${operation.noun}.`);
        await callOperation(found, { path });
        onDeleted?.();
      }}
      done="Deleted"
    />
  );
}
