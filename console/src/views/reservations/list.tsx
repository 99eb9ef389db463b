// All reservations of the account in a region: filtered, searched, sorted, and kept up to date.

import { useRef, useState } from 'preact/hooks';
import { type Reservation, reservations } from '../../data/reservations';
import { useLoad } from '../../load';
import { address, amend, usePlace } from '../../router';
import { useKey } from '../../session';
import { Empty, Meter, Page, Skeleton, Status, Trouble } from '../../ui/basic';
import { type Column, Table } from '../../ui/table';
import { shown } from '../../ui/time';
import { ITEMS_MAX } from '../../wire/client';
import { useRegion } from '../../world';
import { Create } from './create';

/** How often the list is asked for again, in seconds. A long one comes in many calls, which count against the quota. */
const EVERY = 3;
const EVERY_IF_LONG = 60;
const LONG = 500;
const STATES = ['Active', 'Prepared', 'Preparing', 'Pending', 'Released'];

const COLUMNS: Column<Reservation>[] = [
  {
    name: 'Reservation',
    by: (it) => it.name || it.id,
    show: (it) => (
      <a class="two" href={address(`reservations/${it.id}`)}>
        <span>{it.name || it.id}</span>
        {it.name && <span class="mono muted small">{it.id}</span>}
      </a>
    ),
  },
  { name: 'Status', by: (it) => it.status, show: (it) => <Status of={it.status} /> },
  { name: 'Zone', by: (it) => it.zone, show: (it) => it.zone },
  { name: 'Type', by: (it) => it.type, show: (it) => <span class="mono">{it.type}</span> },
  {
    name: 'Used',
    number: true,
    by: (it) => it.used / Math.max(1, it.total),
    show: (it) => <Meter used={it.used} total={it.total} label="slots in use" />,
  },
  { name: 'From', number: true, by: (it) => it.start ?? 0, show: (it) => shown(it.startText) },
  {
    name: 'Until',
    number: true,
    by: (it) => it.end ?? Number.MAX_SAFE_INTEGER,
    show: (it) => (it.limited ? shown(it.endText) : <span class="muted">by hand</span>),
  },
];

export function Reservations() {
  const key = useKey();
  const region = useRegion();
  const { query } = usePlace();
  const [creating, setCreating] = useState(false);
  const count = useRef(0);
  const { value, error, reload } = useLoad(
    () => (key ? reservations(key, region) : Promise.resolve([])),
    [key?.id, region],
    { every: count.current > LONG ? EVERY_IF_LONG : EVERY },
  );
  count.current = value?.length ?? 0;
  const words = query.get('q') ?? '';
  const state = query.get('status') ?? '';
  const zone = query.get('zone') ?? '';
  const rest = value?.filter((it) => (!zone || it.zone === zone) && fits(it, words));
  const found = rest?.filter((it) => (state ? it.status === state : it.status !== 'Released'));
  return (
    <Page
      title="Reservations"
      about={
        <span role="status">
          {found ? `${found.length} shown of ${value?.length} in ${region}, kept up to date` : `In ${region}`}
        </span>
      }
      actions={
        <button type="button" class="primary" onClick={() => setCreating(true)}>
          Reserve
        </button>
      }
    >
      <search class="filters">
        <input
          type="search"
          aria-label="Search reservations"
          placeholder="Name, id, type, tag"
          value={words}
          onInput={(event) => amend({ q: event.currentTarget.value })}
        />
        <select aria-label="Zone" value={zone} onChange={(event) => amend({ zone: event.currentTarget.value })}>
          <option value="">All zones</option>
          {[...new Set(value?.map((it) => it.zone))].sort().map((it) => (
            <option key={it}>{it}</option>
          ))}
        </select>
        <div class="choose" role="group" aria-label="Status">
          {['', ...STATES].map((it) => (
            <button type="button" key={it} aria-pressed={it === state} onClick={() => amend({ status: it })}>
              {it || 'Not released'}{' '}
              <span class="count">
                {rest?.filter((one) => (it ? one.status === it : one.status !== 'Released')).length ?? ''}
              </span>
            </button>
          ))}
        </div>
      </search>
      {error && <Trouble error={error} retry={reload} />}
      {!value && !error && <Skeleton lines={8} />}
      {found && found.length > 0 && (
        <Table
          label="Reservations"
          columns={COLUMNS}
          items={found}
          id={(it) => it.id}
          sort={query.get('sort') ?? '-From'}
          onSort={(sort) => amend({ sort })}
        />
      )}
      {value && value.length >= ITEMS_MAX && (
        <p class="muted">
          There are more than {ITEMS_MAX}; these are the first. Others are found by their ids, in the explorer.
        </p>
      )}
      {found?.length === 0 && value && (
        <Empty title={value.length ? 'No reservation fits' : 'Nothing is reserved here'}>
          {value.length
            ? 'Take back a filter, or search for less.'
            : 'Reserve instances of a type in a zone; what is granted is held for you until it is released or ends.'}
        </Empty>
      )}
      {creating && <Create close={() => setCreating(false)} done={reload} />}
    </Page>
  );
}

function fits(it: Reservation, words: string): boolean {
  const tags = it.tags.map(([name, value]) => `${name}=${value}`).join(' ');
  const text = `${it.name} ${it.id} ${it.type} ${it.zone} ${it.description} ${tags}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
