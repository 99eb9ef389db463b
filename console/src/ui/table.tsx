// A table that can be sorted by its heads. On a narrow screen each row is a card with its heads as labels.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

export interface Column<T> {
  name: string;
  show: (item: T) => ComponentChildren;
  /** What to sort by; without it the column cannot be sorted. */
  by?: (item: T) => string | number;
  number?: boolean;
}

/** Rows that are drawn; further ones would only make the page slow. */
const ROWS_MAX = 300;

interface Props<T> {
  label: string;
  columns: Column<T>[];
  items: T[];
  id: (item: T) => string;
  /** The column to begin with; a minus before it for the other direction. */
  sort?: string;
  onSort?: (sort: string) => void;
}

export function Table<T>({ label, columns, items, id, sort, onSort }: Props<T>) {
  const [own, setOwn] = useState(sort ?? '');
  const current = onSort ? (sort ?? '') : own;
  const change = onSort ?? setOwn;
  const down = current.startsWith('-');
  const name = down ? current.slice(1) : current;
  const by = columns.find((it) => it.name === name)?.by;
  const sorted = by ? [...items].sort((left, right) => compare(by(left), by(right)) * (down ? -1 : 1)) : items;
  return (
    <div class="table-wrap">
      <table aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => {
              const here = column.name === name;
              return (
                <th
                  key={column.name}
                  scope="col"
                  class={column.number ? 'num' : ''}
                  {...(here ? { 'aria-sort': down ? 'descending' : 'ascending' } : {})}
                >
                  {column.by ? (
                    <button type="button" onClick={() => change(here && !down ? `-${column.name}` : column.name)}>
                      {column.name}
                      <span aria-hidden="true">{here ? (down ? '↓' : '↑') : ''}</span>
                    </button>
                  ) : (
                    column.name
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {sorted.slice(0, ROWS_MAX).map((item) => (
            <tr key={id(item)}>
              {columns.map((column) => (
                <td key={column.name} data-label={column.name} class={column.number ? 'num' : ''}>
                  {column.show(item)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {sorted.length > ROWS_MAX && (
        <p class="muted more">
          The first {ROWS_MAX} of {sorted.length} are shown; a filter or another order brings the others.
        </p>
      )}
    </div>
  );
}

function compare(left: string | number, right: string | number): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
