// Pools: a class in a zone, with supply, demand and slack at each size, and the promises that are short.

import { type Pool, pools } from '../../data/fleet';
import { useLoad } from '../../load';
import { useKey } from '../../session';
import { Empty, Panel, Skeleton, Status } from '../../ui/basic';
import { Table } from '../../ui/table';
import { useRegion } from '../../world';
import { Refused } from './fleet';

const EVERY = 5;

export function Pools() {
  const key = useKey();
  const region = useRegion();
  const { value, error, reload } = useLoad(() => (key ? pools(key, region) : Promise.resolve([])), [key?.id, region], {
    every: EVERY,
  });
  if (error && !value) return <Refused error={error} retry={reload} />;
  if (!value) return <Skeleton lines={10} />;
  if (value.length === 0) {
    return (
      <Empty title="There is no pool in this region">A pool is a host class in a zone; register hosts first.</Empty>
    );
  }
  const short = value.flatMap((pool) => pool.Shortfalls.Shortfall.map((it) => ({ ...it, pool })));
  return (
    <>
      {short.length > 0 && (
        <Panel title={`Shortfalls (${short.length})`} class="alarm">
          <p>
            These promises cannot be kept by the hosts in service. Restore hosts, register more, or talk to the
            accounts.
          </p>
          <Table
            label="Shortfalls"
            items={short}
            id={(it) => it.PrivatePoolOptionsId}
            columns={[
              { name: 'Reservation', show: (it) => <span class="mono">{it.PrivatePoolOptionsId}</span> },
              { name: 'Status', show: (it) => <Status of={it.Status} /> },
              { name: 'Short', number: true, by: (it) => it.Slots, show: (it) => it.Slots },
              { name: 'Type', show: (it) => <span class="mono">{it.InstanceType}</span> },
              { name: 'Zone', show: (it) => it.pool.ZoneId },
              { name: 'Account', show: (it) => <span class="mono">{it.AccountId}</span> },
            ]}
          />
        </Panel>
      )}
      <Panel>
        <Table
          label="Pools"
          items={value}
          id={(it) => `${it.ZoneId} ${it.HostClass}`}
          sort="Zone"
          columns={[
            { name: 'Zone', by: (it) => it.ZoneId, show: (it) => it.ZoneId },
            { name: 'Class', by: (it) => it.HostClass, show: (it) => it.HostClass },
            {
              name: 'In service',
              number: true,
              by: (it) => it.HostsInService,
              show: (it) => `${it.HostsInService} of ${it.HostCount}`,
            },
            { name: 'Free units', number: true, by: (it) => it.FreeUnits, show: (it) => it.FreeUnits },
            { name: 'Reservations', number: true, by: (it) => it.ReservationCount, show: (it) => it.ReservationCount },
            { name: 'Slack by size', by: (it) => least(it), show: (it) => <Slacks pool={it} /> },
          ]}
        />
        <p class="muted small">
          Slack is supply less the greatest demand of all moments to come, in slots of so many units. Below zero
          promises are short.
        </p>
      </Panel>
    </>
  );
}

const least = (pool: Pool) => Math.min(...pool.Rungs.Rung.map((it) => it.Slack));

function Slacks({ pool }: { pool: Pool }) {
  return (
    <span class="slacks">
      {pool.Rungs.Rung.map((it) => (
        <span
          key={it.Units}
          class={it.Slack < 0 ? 'bad' : it.Slack === 0 ? 'none' : ''}
          title={`${it.Units} units: supply ${it.Supply}, demand ${it.Demand}, slack ${it.Slack}`}
        >
          <small>{it.Units}u</small> {it.Slack}
        </span>
      ))}
    </span>
  );
}
