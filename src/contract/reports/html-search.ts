import { createHash } from 'node:crypto';
import { countShown, MAX_UNFOLDED, SEARCH_LABEL } from './findings/search.js';

/**
 * Searches what `searchCauses` searches: the summary of a cause, and the place and the values of a difference. The
 * field is hidden until the script runs, so without scripts everything is shown.
 */
const SCRIPT = `
const search = document.querySelector('.search');
const [field, status] = search.querySelectorAll('input, [role=status]');
const [causes, drifts] = ['.cause', '.drift'].map((name) => [...document.querySelectorAll(name)]);
const texts = drifts.map((drift) =>
  [drift.closest('.cause').querySelector('summary'), ...drift.querySelectorAll('.place, .values h3, .values code')]
    .map(({ textContent }) => textContent).join(' ').toLowerCase());
field.addEventListener('input', () => {
  const wanted = field.value.toLowerCase();
  drifts.forEach((drift, i) => (drift.hidden = !texts[i].includes(wanted)));
  const shown = drifts.filter(({ hidden }) => !hidden);
  for (const cause of causes) {
    cause.hidden = !cause.querySelector('.drift:not([hidden])');
    if (shown.length <= ${MAX_UNFOLDED}) cause.open = true;
  }
  status.textContent = status.textContent.replace(/^\\d+/, shown.length);
});
search.hidden = false;
`;

const SCRIPT_HASH = createHash('sha256').update(SCRIPT).digest('base64');

/** Values of a report are untrusted, so only this script may run, and nothing is loaded. */
export const CONTENT_SECURITY_POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${SCRIPT_HASH}'`;

export function searchField(total: number): string {
  return `<div class="search" hidden><input type="search" placeholder="${SEARCH_LABEL}" aria-label="${SEARCH_LABEL}"><span role="status">${countShown(total, total)}</span></div>`;
}

/** Must follow the differences. */
export const SEARCH_SCRIPT = `<script>${SCRIPT}</script>`;
