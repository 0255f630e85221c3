import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { token, unlock } from './base/api.js';

/** Asks for the server's token, which stays in this tab. */
export function Lock(): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  return (
    <main class="lock">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          unlock(field.current?.value.trim() ?? '');
        }}
      >
        <h1>Understudy</h1>
        <p>This understudy was started with a token. Enter it to look inside; it stays in this tab.</p>
        <label for="token">Token</label>
        <input id="token" ref={field} type="password" autocomplete="off" required autoFocus />
        {token.value !== '' && (
          <p class="failure" role="alert">
            That is not the token.
          </p>
        )}
        <button type="submit" class="primary">
          Open
        </button>
      </form>
    </main>
  );
}
