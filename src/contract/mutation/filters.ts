/** Mutations of filters: a list that ignores one of its query parameters. */
import type { Input, Operation } from '../../core/operation.js';
import type { JsonObject } from '../../core/body.js';
import { isObject, textOf } from '../model/paths.js';
import type { Answer } from '../model/target.js';
import { mutatedTarget, type Mutation } from './mutation.js';

const PAGING = ['PageSize', 'Page', 'PageToken'];

/** One mutation for each filter. It ignores the filter in all calls, because not every call depends on it. */
export function filterMutations(listed: Operation): Mutation[] {
  const filters = listed.parameters.filter((each) => each.in === 'query' && !PAGING.includes(each.name));
  return filters.map(({ name: filter }) => ({
    kind: 'ignore a filter',
    operation: listed.name,
    path: filter,
    shows: 'same operation',
    mustApply: true,
    mutate: (baseline) =>
      mutatedTarget(({ markMutated }) => async (operation, input, signal) => {
        if (operation.name !== listed.name || input[filter] === undefined)
          return baseline.call(operation, input, signal);
        const { [filter]: _, ...others } = input;
        const answer = await baseline.call(operation, others, signal);
        markMutated();
        return withFilterInUrls(answer, input, operation);
      }),
  }));
}

/** The page URLs still repeat the filter, so that only the records show that it was ignored. */
function withFilterInUrls(answer: Answer, input: Input, { parameters }: Operation): Answer {
  const { body } = answer;
  if (!isObject(body) || !isObject(body['meta'])) return answer;
  const filters = parameters.filter(
    (each) => each.in === 'query' && !PAGING.includes(each.name) && input[each.name] !== undefined,
  );
  const query = filters.flatMap(({ name }) =>
    [input[name]].flat().map((value) => `${name}=${encodeURIComponent(textOf(value))}`),
  );
  const meta: JsonObject = Object.fromEntries(
    Object.entries(body['meta']).map(([key, value]) => {
      if (typeof value !== 'string' || !URL.canParse(value)) return [key, value];
      const [path = '', search = ''] = value.split('?', 2);
      const paging = search.split('&').filter((part) => PAGING.includes(part.split('=', 1)[0] ?? ''));
      return [key, `${path}?${[...query, ...paging].join('&')}`];
    }),
  );
  return { ...answer, body: { ...body, meta } };
}
