import type { Input, Operation } from '../../core/operation.js';
import { textOf } from './paths.js';
import { type Kept, ReferenceError, referencesIn, resolve } from './reference.js';
import type { Step } from './scenario.js';
import { queryOf } from '../run/paginate.js';

/** Names that a step's input refers to, said or implied. */
export function rootsOf({ input = {}, page }: Step, operation: Operation | undefined): string[] {
  const said = referencesIn([input, page]).map((reference) => reference.split(/[.[]/)[0] ?? '');
  const implied = impliedBy(input, operation).map(([, noun]) => noun);
  return [...said, ...implied];
}

/** The step's input with its references filled in. @throws ReferenceError when it cannot be asked. */
export function inputOf(step: Step, operation: Operation, kept: Kept): Input {
  const input = resolve(step.input ?? {}, kept) as Record<string, unknown>;
  for (const [name, noun] of impliedBy(input, operation)) input[name] = resolve(`{{${noun}.sid}}`, kept);
  if (step.page === undefined) return input;
  const url = textOf(resolve(step.page, kept));
  if (!URL.canParse(url)) throw new ReferenceError(`\`${step.page}\` is no URL: ${url}`);
  return { ...input, ...queryOf(operation, url) };
}

/** Path parameters that the input leaves out, with the noun under which their value was kept. */
function impliedBy(input: Input, operation: Operation | undefined): (readonly [name: string, noun: string])[] {
  return (operation?.parameters ?? []).flatMap(({ name, in: place }) => {
    const noun = nounOf(name);
    return place === 'path' && noun !== undefined && input[name] === undefined ? [[name, noun] as const] : [];
  });
}

/** `ConversationSid` → `conversation`; `ChatServiceSid` is the service. `Sid` alone has no noun. */
function nounOf(parameter: string): string | undefined {
  return /^(?:Chat)?([A-Z][a-z]+)Sid$/.exec(parameter)?.[1]?.toLowerCase();
}
