// One reservation: what it holds, its use, its instances, tags and history; launching into it and releasing it.

import { useState } from 'preact/hooks';
import { historyOf } from '../../data/history';
import { type Instance, type Reservation, instancesOf, reservations } from '../../data/reservations';
import { useLoad } from '../../load';
import { address } from '../../router';
import { useKey } from '../../session';
import { Copy, Empty, Figure, Page, Panel, Skeleton, Status, Trouble } from '../../ui/basic';
import { Table } from '../../ui/table';
import { lasting, shown } from '../../ui/time';
import { serverNow } from '../../wire/client';
import { useRegion } from '../../world';
import { HistoryShown } from './history';
import { Launch } from './launch';
import { Release } from './release';
import { Use } from './use';

const EVERY = 3;
/** Pages of the history that are read at first, and more each time one wants to read on. */
const PAGES = 10;

interface Loaded {
  it: Reservation | undefined;
  instances: Instance[];
}

export function ReservationShown({ id }: { id: string }) {
  const key = useKey();
  const region = useRegion();
  const [asking, setAsking] = useState<'release' | 'launch'>();
  const load = async (): Promise<Loaded> => {
    if (!key) return { it: undefined, instances: [] };
    const ids = JSON.stringify([id]);
    const [found, instances] = await Promise.all([
      reservations(key, region, { 'PrivatePoolOptions.Ids': ids }),
      instancesOf(key, region, id).catch(() => []),
    ]);
    return { it: found[0], instances };
  };
  const { value, error, reload } = useLoad(load, [key?.id, region, id], { every: EVERY });
  const [pages, setPages] = useState(PAGES);
  // It is read anew when something can be seen to have changed, and not over and over: the journal may be long.
  const look = JSON.stringify(value);
  const history = useLoad(
    async () => (key && look && value?.it ? historyOf(key, region, id, pages) : undefined),
    [key?.id, region, id, look, pages],
    { keep: true },
  );
  if (!value) {
    return <Page title={id}>{error ? <Trouble error={error} retry={reload} /> : <Skeleton lines={8} />}</Page>;
  }
  const { it, instances } = value;
  if (!it) {
    return (
      <Page title={id}>
        <Empty title={`${region} has no such reservation of this account`}>
          Check the region at the top and the key. Released reservations are forgotten after a while.{' '}
          <a href={address('reservations')}>All reservations</a>
        </Empty>
      </Page>
    );
  }
  const over = it.status === 'Released';
  return (
    <Page
      title={it.name || it.id}
      about={
        <>
          <span class="mono">{it.id}</span> <Copy text={it.id} />
        </>
      }
      actions={
        <>
          <button
            type="button"
            disabled={it.status !== 'Active' || it.used >= it.total}
            title={it.status === 'Active' ? (it.used >= it.total ? 'Every slot is in use' : '') : 'It is not active'}
            onClick={() => setAsking('launch')}
          >
            Launch into it
          </button>
          <button
            type="button"
            class="danger"
            disabled={over}
            title={over ? 'It has been released already' : ''}
            onClick={() => setAsking('release')}
          >
            Release…
          </button>
        </>
      }
    >
      {error && <Trouble error={error} retry={reload} />}
      <dl class="figures">
        <Figure name="Status" value={<Status of={it.status} />} />
        <Figure name="Used" value={`${it.used} of ${it.total}`} about={`${it.total - it.used} free`} />
        <Figure name="Type" value={<span class="mono">{it.type}</span>} about={it.platform} />
        <Figure name="Zone" value={it.zone} about={it.match === 'Open' ? 'any match may use it' : 'by name alone'} />
        <Figure name="From" value={shown(it.startText)} about="UTC" />
        <Figure name="Until" value={it.limited ? shown(it.endText) : 'by hand'} about={remaining(it)} />
      </dl>
      <Panel title="Use over time">
        <Use reservation={it} instances={instances} history={history.value} />
      </Panel>
      <div class="columns detail">
        <Panel title={`Instances (${instances.length})`}>
          {instances.length === 0 ? (
            <Empty title="No instance uses it">
              {over
                ? 'What used it has gone on as ordinary instances, or was reclaimed at its end.'
                : 'Launch one into it, or let a matching one take a slot.'}
            </Empty>
          ) : (
            <Table
              label="Instances"
              items={instances}
              id={(one) => one.InstanceId}
              sort="Created"
              columns={[
                {
                  name: 'Instance',
                  by: (one) => one.InstanceId,
                  show: (one) => <span class="mono">{one.InstanceId}</span>,
                },
                {
                  name: 'Name',
                  by: (one) => one.InstanceName,
                  show: (one) => (one.InstanceName === one.InstanceId ? '–' : one.InstanceName),
                },
                { name: 'Status', by: (one) => one.Status, show: (one) => <Status of={one.Status} /> },
                {
                  name: 'Created',
                  number: true,
                  by: (one) => one.CreationTime,
                  show: (one) => shown(one.CreationTime),
                },
              ]}
            />
          )}
        </Panel>
        <Panel title="About">
          <dl class="facts">
            <dt>Description</dt>
            <dd>{it.description || '–'}</dd>
            <dt>Owner</dt>
            <dd class="mono">{it.owner}</dd>
            <dt>Resource group</dt>
            <dd class="mono">{it.group || '–'}</dd>
            <dt>Tags</dt>
            <dd>
              {it.tags.length === 0 && '–'}
              {it.tags.map(([name, value]) => (
                <span class="tag" key={name}>
                  {name}
                  {value && ` = ${value}`}
                </span>
              ))}
            </dd>
          </dl>
          <p class="row">
            <a href={address('timeline', { zone: it.zone, type: it.type })}>On the timeline</a>
            <a href={address('explorer/ModifyCapacityReservation', { 'PrivatePoolOptions.Id': it.id })}>Modify</a>
          </p>
        </Panel>
      </div>
      <HistoryShown loaded={history} goOn={() => setPages(pages + PAGES)} />
      {asking === 'release' && (
        <Release reservation={it} instances={instances} close={() => setAsking(undefined)} done={reload} />
      )}
      {asking === 'launch' && <Launch reservation={it} close={() => setAsking(undefined)} done={reload} />}
    </Page>
  );
}

function remaining(it: Reservation): string {
  const now = serverNow().getTime() / 1000;
  if (it.status === 'Released') return 'over';
  if (it.start && it.start > now) return `begins in ${lasting(it.start - now)}`;
  return it.end ? `${lasting(Math.max(0, it.end - now))} left` : 'no end set';
}
