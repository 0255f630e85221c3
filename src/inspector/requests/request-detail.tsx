import type { JSX } from 'preact';
import { look } from '../base/api.js';
import { Json } from '../base/json.js';
import { Time } from '../base/time.js';
import type { Exchange } from '../base/types.js';
import { Text } from '../base/text.js';
import { Badge, Copy, Facts } from '../base/widgets.js';
import { toneOf } from './entry.js';

/** One request: what was asked, what was answered, and how to ask it again. */
export function RequestDetail({ exchange }: { readonly exchange: Exchange }): JSX.Element {
  const { id, operation, status, time, surface, account, milliseconds, violations, ignored, input, answer } = exchange;
  const one = { after: id - 1, limit: 1 };
  const first = (control: string) => async () =>
    (await look<{ lines: readonly string[] }>(control, one)).lines[0] ?? '';
  return (
    <article class="sheet">
      <h1 class="mono">
        {operation} <Badge tone={toneOf(status)}>{status}</Badge>
      </h1>
      <div class="actions">
        <Copy what="as curl" text={first('journal.curl')} />
        <Copy what="as SDK call" text={first('journal.sdk')} />
        <Copy what="as scenario step" text={first('journal.step')} />
      </div>
      <Facts
        rows={[
          ['When', <Time at={time} />],
          ['Took', `${milliseconds} ms`],
          ['Surface', surface],
          ['World', account ?? 'the default one'],
        ]}
      />
      {violations.length > 0 && (
        <section class="box bad">
          <h2>Against the published shape</h2>
          <ul>
            {violations.map(({ path, message }) => (
              <li key={`${path} ${message}`}>
                <code>{path === '' ? 'the answer' : path}</code> <Text value={message} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {ignored.length > 0 && (
        <section class="box warn">
          <h2>Ignored, as Twilio does</h2>
          <p>
            The operation does not know{' '}
            {ignored.map((name, i) => (
              <span key={name}>
                {i > 0 && ', '}
                <code>
                  <Text value={name} />
                </code>
              </span>
            ))}
            .
          </p>
        </section>
      )}
      <h2>Asked</h2>
      <Json label="What was asked" value={input} />
      <h2>Answered</h2>
      {answer === null ? (
        <p class="hint">Nothing: the status says it all.</p>
      ) : (
        <Json label="What was answered" value={answer} />
      )}
    </article>
  );
}
