// Draining and restoring hosts: what the server would say, and what would be short, before it is done.

import { useState } from 'preact/hooks';
import { type Host, pools, preview } from '../../data/fleet';
import { useLoad } from '../../load';
import { useKey } from '../../session';
import { Trouble } from '../../ui/basic';
import { Dialog } from '../../ui/dialog';
import { call, isDryRunYes } from '../../wire/client';
import { BERTH } from '../../wire/versions';
import { useRegion } from '../../world';

interface Props {
  what: 'drain' | 'restore';
  hosts: Host[];
  close: () => void;
  done: () => void;
}

export function Change({ what, hosts, close, done }: Props) {
  const key = useKey();
  const region = useRegion();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const action = what === 'drain' ? 'DrainHosts' : 'UndrainHosts';
  const params = { RegionId: region, HostIds: JSON.stringify(hosts.map((it) => it.HostId)) };
  const tried = useLoad(async () => {
    if (!key) return undefined;
    const yes = call(key, action, { ...params, DryRun: 'true' }, BERTH).then(
      () => false,
      (fault: unknown) => {
        if (isDryRunYes(fault)) return true;
        throw fault;
      },
    );
    const [allowed, now] = await Promise.all([yes, pools(key, region)]);
    return { allowed, previews: what === 'drain' ? preview(now, hosts) : [] };
  }, [params.HostIds]);
  const change = async () => {
    if (!key) return;
    setBusy(true);
    try {
      await call(key, action, params, BERTH);
      done();
      close();
    } catch (fault) {
      setError(fault as Error);
    }
    setBusy(false);
  };
  const instances = hosts.reduce((sum, it) => sum + it.InstanceCount, 0);
  const count = `${hosts.length} ${hosts.length === 1 ? 'host' : 'hosts'}`;
  return (
    <Dialog title={what === 'drain' ? `Drain ${count}?` : `Restore ${count}?`} close={close}>
      <div class="stack">
        <ul>
          {what === 'drain' ? (
            <>
              <li>What is free on them is promised to nobody from then on.</li>
              <li>
                {instances === 0 ? 'No instance stands on them.' : `${instances} instances that stand on them stay.`}
              </li>
            </>
          ) : (
            <li>What is free on them can be promised again at once.</li>
          )}
          {tried.value?.previews.map((it) => (
            <li key={`${it.pool.ZoneId} ${it.pool.HostClass}`}>
              <strong>
                {it.pool.HostClass} in {it.pool.ZoneId}:
              </strong>{' '}
              {it.short.length === 0 ? (
                `nothing promised would be short; ${it.tightest} more could still be promised at the tightest size.`
              ) : (
                <span class="bad-text">
                  promises would be short:{' '}
                  {it.short.map((short) => `${-short.slack} of ${short.units} units`).join(', ')}. They stay, and
                  nothing more is admitted there until there is room again.
                </span>
              )}
            </li>
          ))}
        </ul>
        {tried.error && <Trouble error={tried.error} />}
        {!tried.value && !tried.error && <p class="muted">Asking the server…</p>}
        {error && <Trouble error={error} />}
        <div class="row">
          <button
            type="button"
            class={what === 'drain' ? 'danger' : 'primary'}
            disabled={!tried.value?.allowed || busy}
            onClick={() => void change()}
          >
            {what === 'drain' ? 'Drain them' : 'Restore them'}
          </button>
          <button type="button" onClick={close}>
            Leave as it is
          </button>
        </div>
      </div>
    </Dialog>
  );
}
