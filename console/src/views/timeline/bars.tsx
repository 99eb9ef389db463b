// Reservations as bars below the plot, on its axis of time.

import type { Reservation } from '../../data/reservations';
import { address } from '../../router';
import { shown } from '../../ui/time';

/** Bars that are drawn; the list has them all. */
const BARS_MAX = 20;

export function Bars({ windows, from, to }: { windows: Reservation[]; from: number; to: number }) {
  const seen = windows
    .filter((it) => (it.start ?? from) < to && (it.end ?? to) > from)
    .sort((left, right) => (left.start ?? 0) - (right.start ?? 0));
  if (seen.length === 0) return null;
  const share = (at: number) => (Math.min(to, Math.max(from, at)) - from) / (to - from);
  return (
    <ul class="bars" aria-label="Reservations over time">
      {seen.slice(0, BARS_MAX).map((it) => {
        const left = share(it.start ?? from);
        const width = Math.max(0.004, share(it.end ?? to) - left);
        const words = `${it.name || it.id}: ${it.total} from ${shown(it.startText)} ${it.limited ? `until ${shown(it.endText)}` : 'on'}`;
        return (
          <li key={it.id}>
            <a
              href={address(`reservations/${it.id}`)}
              class={it.status === 'Active' ? 'now' : 'later'}
              style={{ marginLeft: `${left * 100}%`, width: `${width * 100}%` }}
              title={words}
              aria-label={words}
            >
              <span>
                {it.total} · {it.name || it.id}
              </span>
            </a>
          </li>
        );
      })}
      {seen.length > BARS_MAX && (
        <li class="muted small">
          and {seen.length - BARS_MAX} more in the <a href={address('reservations')}>list</a>
        </li>
      )}
    </ul>
  );
}
