// Reserving from now on. For moments to come there is the timeline.

import { useState } from 'preact/hooks';
import { address, go } from '../../router';
import { useKey } from '../../session';
import { Trouble } from '../../ui/basic';
import { Dialog } from '../../ui/dialog';
import { Field } from '../../ui/field';
import { fromLocal, wire } from '../../ui/time';
import { call } from '../../wire/client';
import type { Params } from '../../wire/encode';
import { useRegion, useWorld } from '../../world';

export function Create({ close, done }: { close: () => void; done: () => void }) {
  const key = useKey();
  const region = useRegion();
  const world = useWorld();
  const offered = world?.zones[region] ?? {};
  const zones = Object.keys(offered);
  const [zone, setZone] = useState(zones[0] ?? '');
  const [type, setType] = useState('');
  const [amount, setAmount] = useState('1');
  const [name, setName] = useState('');
  const [match, setMatch] = useState('Open');
  const [end, setEnd] = useState('');
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const reserve = async () => {
    if (!key) return;
    setBusy(true);
    setError(undefined);
    const params: Params = {
      RegionId: region,
      'ZoneId.1': zone,
      InstanceType: type,
      InstanceAmount: amount,
      'PrivatePoolOptions.MatchCriteria': match,
      ClientToken: crypto.randomUUID(),
      ...(name ? { 'PrivatePoolOptions.Name': name } : {}),
      ...(end ? { EndTimeType: 'Limited', EndTime: wire(fromLocal(end)) } : {}),
    };
    try {
      const made = await call<{ PrivatePoolOptionsId: string }>(key, 'CreateCapacityReservation', params);
      done();
      close();
      go(`reservations/${made.PrivatePoolOptionsId}`);
    } catch (fault) {
      setError(fault as Error);
    }
    setBusy(false);
  };
  return (
    <Dialog title="Reserve from now on" close={close}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void reserve();
        }}
      >
        <div class="pair">
          <Field label="Zone" value={zone} change={setZone} values={zones} />
          <Field
            label="Instance type"
            value={type}
            change={setType}
            list={offered[zone] ?? []}
            placeholder="ecs.g6.large"
            required
          />
          <Field label="Instances" value={amount} change={setAmount} type="number" min={1} max={1000} required />
          <Field label="Name" value={name} change={setName} hint="Optional" />
          <Field label="Used by" value={match} change={setMatch} values={['Open', 'Target']} />
          <Field label="Ends (UTC)" value={end} change={setEnd} type="datetime-local" hint="Empty: by hand" />
        </div>
        <p class="muted">
          {match === 'Open'
            ? 'Any matching instance of yours may take a slot.'
            : 'Only instances that name this reservation take a slot.'}{' '}
          For moments to come use the <a href={address('timeline', { zone, type })}>timeline</a>.
        </p>
        {error && <Trouble error={error} />}
        <div class="row">
          <button type="submit" class="primary" disabled={busy || !type}>
            {busy ? 'Reserving…' : 'Reserve'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
