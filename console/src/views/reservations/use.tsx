// Use of a reservation over time: the slots promised from its start to its end, and the use as its history tells it. Where
// the history does not reach back to its making, the use by the instances that hold a slot now, from when each was made;
// from the opening of this page on, what was seen.

import { useRef } from 'preact/hooks';
import { type History, isFromTheBeginning, uses } from '../../data/history';
import type { Instance, Reservation } from '../../data/reservations';
import { Plot } from '../../ui/plot';
import { lasting, parsed } from '../../ui/time';
import { serverNow } from '../../wire/client';

const HOUR = 3600;

interface Props {
  reservation: Reservation;
  instances: Instance[];
  history: History | undefined;
}

export function Use({ reservation: it, instances, history }: Props) {
  const now = Math.floor(serverNow().getTime() / 1000);
  const seen = useRef<[number, number][]>([]);
  const last = seen.current.at(-1);
  if (!last || last[1] !== it.used) seen.current.push([now, it.used]);
  const since = seen.current[0]?.[0] ?? now;
  const start = it.start ?? now;
  // A few minutes are not read off an axis that stretches over years.
  const from = Math.min(start, now) - Math.max(60, (now - start) * 0.02);
  const to = Math.max(now + Math.max(HOUR / 4, (now - start) * 0.1), Math.min(it.end ?? 0, now + 30 * 24 * HOUR));
  const made = instances
    .map((one) => parsed(one.CreationTime) ?? start)
    .filter((at) => at < since)
    .sort((a, b) => a - b);
  const told = history?.whole && isFromTheBeginning(history) ? uses(history) : undefined;
  const past = told?.filter(([at]) => at < since).map(([at]) => at) ?? made;
  const times = [...new Set([from, start, ...past, ...seen.current.map(([at]) => at), now, it.end ?? to, to])]
    .filter((at) => at >= from && at <= to)
    .sort((left, right) => left - right);
  const held = (at: number) => (at < start || (it.end !== undefined && at >= it.end) ? 0 : it.total);
  const used = (at: number) => {
    if (at > now) return null;
    if (at < since && told) return told.filter(([when]) => when <= at).at(-1)?.[1] ?? 0;
    if (at < since) return made.filter((one) => one <= at).length;
    return seen.current.filter(([when]) => when <= at).at(-1)?.[1] ?? 0;
  };
  return (
    <>
      <Plot
        label={`${it.used} of ${it.total} slots are in use now`}
        height={180}
        times={times}
        from={from}
        to={to}
        lines={[
          { label: 'Promised', color: '--line-promised', fill: '--fill-promised', values: times.map(held) },
          { label: 'Used', color: '--line-used', fill: '--fill-used', values: times.map(used) },
        ]}
      />
      <p class="muted small">
        Times are UTC. What was used before this page was opened {now - since >= 60 && `${lasting(now - since)} ago `}is
        told by {told ? 'its history.' : 'the instances that hold a slot now; ones that have left are not in it.'}
      </p>
    </>
  );
}
