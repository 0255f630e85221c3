import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { submitToken, token } from './data/api.js';

/** Asks for the server's token. The token is stored for this tab only. */
export function TokenForm(): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  return (
    <main class="token-form">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submitToken(field.current?.value.trim() ?? '');
        }}
      >
        <h1>Understudy</h1>
        <p>This server requires a token. It is stored for this tab only.</p>
        <label for="token">Token</label>
        <input id="token" ref={field} type="password" autocomplete="off" required autoFocus />
        {token.value !== '' && (
          <p class="error" role="alert">
            Invalid token. Enter the value of <code>--token</code> that the server was started with.
          </p>
        )}
        <button type="submit" class="primary">
          Open
        </button>
      </form>
    </main>
  );
}
