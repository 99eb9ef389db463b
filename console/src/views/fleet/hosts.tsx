// Hosts by class and state; some of them chosen, to be drained or restored.

import { useState } from 'preact/hooks';
import { type Host, hosts } from '../../data/fleet';
import { useLoad } from '../../load';
import { amend, usePlace } from '../../router';
import { useKey } from '../../session';
import { Empty, Meter, Panel, Skeleton, Status } from '../../ui/basic';
import { type Column, Table } from '../../ui/table';
import { useRegion } from '../../world';
import { Change } from './change';
import { Refused } from './fleet';

const EVERY = 5;
const STATES = ['InService', 'Draining', 'Failed'];

export function Hosts() {
  const key = useKey();
  const region = useRegion();
  const { query } = usePlace();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [asking, setAsking] = useState<'drain' | 'restore'>();
  const { value, error, reload } = useLoad(() => (key ? hosts(key, region) : Promise.resolve([])), [key?.id, region], {
    every: EVERY,
  });
  const [words, state, kind] = [query.get('q') ?? '', query.get('status') ?? '', query.get('class') ?? ''];
  const found = value?.filter(
    (it) =>
      (!state || it.Status === state) &&
      (!kind || it.HostClass === kind) &&
      `${it.HostId} ${it.ZoneId}`.toLowerCase().includes(words.toLowerCase().trim()),
  );
  const some = value?.filter((it) => chosen.has(it.HostId)) ?? [];
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const columns: Column<Host>[] = [
    {
      name: 'Choose',
      show: (it) => (
        <input
          type="checkbox"
          aria-label={`Choose ${it.HostId}`}
          checked={chosen.has(it.HostId)}
          onChange={() => toggle(it.HostId)}
        />
      ),
    },
    { name: 'Host', by: (it) => it.HostId, show: (it) => <span class="mono">{it.HostId}</span> },
    { name: 'Status', by: (it) => it.Status, show: (it) => <Status of={it.Status} /> },
    { name: 'Class', by: (it) => it.HostClass, show: (it) => it.HostClass },
    { name: 'Zone', by: (it) => it.ZoneId, show: (it) => it.ZoneId },
    { name: 'Instances', number: true, by: (it) => it.InstanceCount, show: (it) => it.InstanceCount },
    {
      name: 'Units in use',
      number: true,
      by: (it) => it.Units - it.FreeUnits,
      show: (it) => <Meter used={it.Units - it.FreeUnits} total={it.Units} label="units in use" />,
    },
  ];
  if (error && !value) return <Refused error={error} retry={reload} />;
  if (!value) return <Skeleton lines={10} />;
  return (
    <>
      <ByClass hosts={value} kind={kind} />
      <search class="filters">
        <input
          type="search"
          aria-label="Search hosts"
          placeholder="Name or zone"
          value={words}
          onInput={(event) => amend({ q: event.currentTarget.value })}
        />
        <div class="choose" role="group" aria-label="Status">
          {['', ...STATES].map((it) => (
            <button type="button" key={it} aria-pressed={it === state} onClick={() => amend({ status: it })}>
              {it || 'All'} <span class="count">{value.filter((one) => !it || one.Status === it).length}</span>
            </button>
          ))}
        </div>
        <span class="grow" />
        <button
          type="button"
          disabled={!some.some((it) => it.Status === 'InService')}
          onClick={() => setAsking('drain')}
        >
          Drain…
        </button>
        <button
          type="button"
          disabled={!some.some((it) => it.Status !== 'InService')}
          onClick={() => setAsking('restore')}
        >
          Restore…
        </button>
      </search>
      {found?.length === 0 ? (
        <Empty title={value.length ? 'No host fits' : 'No host stands in this region'}>
          {value.length ? 'Take back a filter.' : 'Register hosts with RegisterHosts, or berth fleet import.'}
        </Empty>
      ) : (
        <Table label="Hosts" columns={columns} items={found ?? []} id={(it) => it.HostId} sort="Host" />
      )}
      {asking && (
        <Change
          what={asking}
          hosts={some.filter((it) => (it.Status === 'InService') === (asking === 'drain'))}
          close={() => setAsking(undefined)}
          done={() => {
            setChosen(new Set());
            reload();
          }}
        />
      )}
    </>
  );
}

function ByClass({ hosts: all, kind }: { hosts: Host[]; kind: string }) {
  const classes = [...new Set(all.map((it) => it.HostClass))].sort();
  const rows = classes.map((name) => {
    const here = all.filter((it) => it.HostClass === name);
    const count = (status: string) => here.filter((it) => it.Status === status).length;
    const units = here.reduce((sum, it) => sum + it.Units, 0);
    const free = here.reduce((sum, it) => sum + it.FreeUnits, 0);
    return {
      name,
      all: here.length,
      service: count('InService'),
      draining: count('Draining'),
      failed: count('Failed'),
      units,
      free,
    };
  });
  return (
    <Panel title="By class">
      <Table
        label="Hosts by class"
        items={rows}
        id={(it) => it.name}
        sort="Class"
        columns={[
          {
            name: 'Class',
            by: (it) => it.name,
            show: (it) => (
              <button
                type="button"
                class="link"
                aria-pressed={kind === it.name}
                onClick={() => amend({ class: kind === it.name ? undefined : it.name })}
              >
                {it.name}
              </button>
            ),
          },
          { name: 'Hosts', number: true, by: (it) => it.all, show: (it) => it.all },
          { name: 'In service', number: true, by: (it) => it.service, show: (it) => it.service },
          { name: 'Draining', number: true, by: (it) => it.draining, show: (it) => it.draining },
          { name: 'Failed', number: true, by: (it) => it.failed, show: (it) => it.failed },
          {
            name: 'Units in use',
            number: true,
            by: (it) => it.units - it.free,
            show: (it) => <Meter used={it.units - it.free} total={it.units} label="units in use" />,
          },
        ]}
      />
    </Panel>
  );
}
