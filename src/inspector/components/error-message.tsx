import type { JSX } from 'preact';

export function ErrorMessage({ error }: { readonly error: Error | undefined }): JSX.Element | null {
  return error === undefined ? null : (
    <p class="error" role="alert">
      {error.message}
    </p>
  );
}
