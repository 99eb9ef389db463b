// Releasing: the server is asked first whether it would, and what that means is said in words.

import { useState } from 'preact/hooks';
import type { Instance, Reservation } from '../../data/reservations';
import { useLoad } from '../../load';
import { useKey } from '../../session';
import { Trouble } from '../../ui/basic';
import { Dialog } from '../../ui/dialog';
import { call, isDryRunYes } from '../../wire/client';
import { useRegion } from '../../world';

interface Props {
  reservation: Reservation;
  instances: Instance[];
  close: () => void;
  done: () => void;
}

export function Release({ reservation, instances, close, done }: Props) {
  const key = useKey();
  const region = useRegion();
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const params = { RegionId: region, 'PrivatePoolOptions.Id': reservation.id };
  const tried = useLoad(async () => {
    if (!key) return false;
    try {
      await call(key, 'ReleaseCapacityReservation', { ...params, DryRun: 'true' });
      return false;
    } catch (fault) {
      if (isDryRunYes(fault)) return true;
      throw fault;
    }
  }, [reservation.id]);
  const release = async () => {
    if (!key) return;
    setBusy(true);
    try {
      await call(key, 'ReleaseCapacityReservation', params);
      done();
      close();
    } catch (fault) {
      setError(fault as Error);
    }
    setBusy(false);
  };
  return (
    <Dialog title={`Release ${reservation.name || reservation.id}?`} close={close}>
      <div class="stack">
        <ul>
          {consequences(reservation, instances).map((it) => (
            <li key={it}>{it}</li>
          ))}
        </ul>
        <div role="status">
          {tried.error && (
            <>
              <p>The server was asked and would refuse:</p>
              <Trouble error={tried.error} />
            </>
          )}
          {tried.value && <p class="good-text">The server was asked and would release it.</p>}
          {!tried.value && !tried.error && <p class="muted">Asking the server whether it would…</p>}
        </div>
        {error && <Trouble error={error} />}
        <div class="row">
          <button type="button" class="danger" disabled={!tried.value || busy} onClick={() => void release()}>
            {busy ? 'Releasing…' : 'Release it'}
          </button>
          <button type="button" onClick={close}>
            Keep it
          </button>
        </div>
      </div>
    </Dialog>
  );
}

function consequences(it: Reservation, instances: Instance[]): string[] {
  const free = it.total - it.used;
  if (it.status !== 'Active') {
    return [
      `The window is given up: its ${it.total} slots in ${it.zone} can be promised to others for that time.`,
      'It cannot be taken back: the window has to be reserved anew, if there is room then.',
    ];
  }
  const said = [
    free > 0
      ? `${free} free ${free === 1 ? 'slot goes' : 'slots go'} back to ${it.zone} at once; anybody may take them.`
      : 'No slot of it is free, so nothing goes back now.',
  ];
  if (instances.length > 0) {
    const one = instances.length === 1;
    said.push(
      `${instances.length} ${one ? 'instance that uses it runs' : 'instances that use it run'} on, no longer held by a reservation; ` +
        `once stopped, ${one ? 'it' : 'they'} may find no room to start again.`,
    );
    if (it.match === 'Target') {
      said.push('Those that name this reservation cannot start again until they are attached to something else.');
    }
  }
  said.push('It cannot be taken back: to hold the capacity again it has to be reserved anew, if there is room then.');
  return said;
}
