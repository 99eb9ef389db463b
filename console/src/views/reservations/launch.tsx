// Launching instances into a reservation. Berth decides and keeps the places; whoever runs the hosts starts them.

import { useState } from 'preact/hooks';
import type { Reservation } from '../../data/reservations';
import { useKey } from '../../session';
import { Trouble } from '../../ui/basic';
import { Dialog } from '../../ui/dialog';
import { Field } from '../../ui/field';
import { call } from '../../wire/client';
import { useRegion } from '../../world';

export function Launch(props: { reservation: Reservation; close: () => void; done: () => void }) {
  const { reservation: it, close, done } = props;
  const key = useKey();
  const region = useRegion();
  const [amount, setAmount] = useState('1');
  const [name, setName] = useState('');
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const launch = async () => {
    if (!key) return;
    setBusy(true);
    try {
      await call(key, 'RunInstances', {
        RegionId: region,
        ZoneId: it.zone,
        InstanceType: it.type,
        Amount: amount,
        'PrivatePoolOptions.MatchCriteria': 'Target',
        'PrivatePoolOptions.Id': it.id,
        ClientToken: crypto.randomUUID(),
        ...(name ? { InstanceName: name } : {}),
        // What an image is called tells its platform.
        ...(it.platform.toLowerCase() === 'windows' ? { ImageId: 'win2022_21H2_x64_dtc_en-us_40G.vhd' } : {}),
      });
      done();
      close();
    } catch (fault) {
      setError(fault as Error);
    }
    setBusy(false);
  };
  return (
    <Dialog title={`Launch into ${it.name || it.id}`} close={close}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void launch();
        }}
      >
        <div class="pair">
          <Field
            label="Instances"
            value={amount}
            change={setAmount}
            type="number"
            min={1}
            max={it.total - it.used}
            required
          />
          <Field label="Name" value={name} change={setName} hint="Optional" />
        </div>
        <p class="muted">{it.total - it.used} slots are free. Each instance takes one until it is deleted.</p>
        {error && <Trouble error={error} />}
        <div class="row">
          <button type="submit" class="primary" disabled={busy}>
            {busy ? 'Launching…' : 'Launch'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
