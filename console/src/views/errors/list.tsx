// The error centre: every code Berth can send, searched by code, message, status and operation.

import { errors, type ErrorPage } from '../../data/operations';
import { useLoad } from '../../load';
import { address, amend, usePlace } from '../../router';
import { Empty, Page, Skeleton, Trouble } from '../../ui/basic';

export function ErrorList() {
  const { query } = usePlace();
  const words = query.get('q') ?? '';
  const { value, error } = useLoad(errors, []);
  const found = value?.errors.filter((it) => fits(it, words));
  return (
    <Page title="Errors" about="Every code that Berth can send: what happened, what to do, and who sends it.">
      <search class="filters">
        <input
          type="search"
          aria-label="Search errors"
          placeholder="Code, words of the message, status, or operation"
          value={words}
          onInput={(event) => amend({ q: event.currentTarget.value })}
        />
        <span class="muted" role="status">
          {found ? `${found.length} of ${value?.errors.length} codes` : ''}
        </span>
      </search>
      {error && <Trouble error={error} />}
      {!found && !error && <Skeleton lines={12} />}
      {found?.length === 0 && (
        <Empty title="No code fits">
          Search for less: every word has to occur in the code, a message, a status or the name of an operation. What
          Berth never sends is not listed.
        </Empty>
      )}
      {found && found.length > 0 && (
        <ul class="codes">
          {found.map((it) => (
            <li key={it.code}>
              <a href={address(`errors/${it.code}`)}>
                <span class="mono">{it.code}</span>
                <span class="statuses">{statuses(it).join(' ')}</span>
                <span class="muted clip">{it.rows[0]?.message}</span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}

export function statuses(page: ErrorPage): number[] {
  return [...new Set(page.rows.map((it) => it.status))].sort();
}

function fits(page: ErrorPage, words: string): boolean {
  const rows = page.rows.map((it) => `${it.status} ${it.message} ${it.operation ?? 'any'}`);
  const text = `${page.code} ${rows.join(' ')}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
