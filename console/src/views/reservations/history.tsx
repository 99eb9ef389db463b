// The life of a reservation, the latest change first: what, when, by whom, and with which request.

import {
  type Change,
  type History,
  actorOf,
  detailsOf,
  isFromTheBeginning,
  momentOf,
  titleOf,
} from '../../data/history';
import type { Loaded } from '../../load';
import { Copy, Empty, Panel, Skeleton, Trouble } from '../../ui/basic';
import { type Column, Table } from '../../ui/table';
import { shown } from '../../ui/time';

interface Row {
  it: Change;
  /** Its number in the history, so that changes of one second stay in their order. */
  at: number;
}

const COLUMNS: Column<Row>[] = [
  { name: 'When, UTC', by: ({ at }) => at, show: ({ it }) => <span class="when">{momentOf(it)}</span> },
  {
    name: 'What',
    by: ({ it }) => titleOf(it),
    show: ({ it }) => (
      <span class="change">
        <strong>{titleOf(it)}</strong> <span class="muted">{detailsOf(it).join(' · ')}</span>
        {it.InstanceId && <span class="mono muted whole">{it.InstanceId}</span>}
      </span>
    ),
  },
  {
    name: 'By',
    by: ({ it }) => actorOf(it),
    show: ({ it }) =>
      it.Actor === 'Caller' ? (
        <span class="two plain">
          <span class="mono">{actorOf(it)}</span>
          <span class="muted small">from {it.SourceIp}</span>
        </span>
      ) : (
        actorOf(it)
      ),
  },
  {
    name: 'Request',
    by: ({ it }) => it.Action ?? '',
    show: ({ it }) =>
      it.RequestId ? (
        <span class="two plain">
          <span>{it.Action}</span>
          <span class="mono muted small">
            {it.RequestId} <Copy text={it.RequestId} label="Copy id" />
          </span>
        </span>
      ) : (
        '–'
      ),
  },
];

export function HistoryShown({ loaded, goOn }: { loaded: Loaded<History | undefined>; goOn: () => void }) {
  const { value, error, reload, busy } = loaded;
  if (!value) {
    return <Panel title="History">{error ? <Trouble error={error} retry={reload} /> : <Skeleton lines={6} />}</Panel>;
  }
  const rows = value.changes.map((it, at) => ({ it, at }));
  return (
    <Panel title={`History (${rows.length}${value.whole ? '' : ' so far'})`}>
      {error && <Trouble error={error} retry={reload} />}
      {rows.length === 0 ? (
        <Empty title={value.whole ? 'Nothing of it is kept' : 'Nothing of it has been found yet'}>
          {value.whole
            ? `The journal of this region begins at ${shown(value.beginsAt)} UTC, and nothing has changed since.`
            : 'The journal of this region is long, and is read in parts.'}
        </Empty>
      ) : (
        <Table label="History" items={rows} id={({ at }) => String(at)} sort="-When, UTC" columns={COLUMNS} />
      )}
      {value.whole && rows.length > 0 && !isFromTheBeginning(value) && (
        <p class="muted small">
          The journal of this region begins at {shown(value.beginsAt)} UTC; what was before is not kept.
        </p>
      )}
      {!value.whole && (
        <p class="row">
          <button type="button" disabled={busy} onClick={goOn}>
            {busy ? 'Reading…' : 'Read on'}
          </button>
          <span class="muted small">What is newer has not been read yet.</span>
        </p>
      )}
    </Panel>
  );
}
