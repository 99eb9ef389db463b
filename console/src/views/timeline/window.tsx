// A window: whether it fits is asked at once, the nearest yes is told if it does not, and what fits can be reserved.

import { useState } from 'preact/hooks';
import { useLoad } from '../../load';
import { address } from '../../router';
import { useKey } from '../../session';
import { Panel, Trouble } from '../../ui/basic';
import { Field } from '../../ui/field';
import { fromLocal, lasting, local, parsed, wire } from '../../ui/time';
import { call, serverNow } from '../../wire/client';
import { BERTH } from '../../wire/versions';
import { useRegion } from '../../world';
import { type Judgement, judge } from './judge';

interface Props {
  zone: string;
  type: string;
  chosen: { from: number; to: number } | undefined;
  choose: (from: number, to: number) => void;
  reserved: () => void;
}

export function Window({ zone, type, chosen, choose, reserved }: Props) {
  const key = useKey();
  const region = useRegion();
  const [amount, setAmount] = useState('1');
  const [name, setName] = useState('');
  const [made, setMade] = useState<string>();
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const now = Math.ceil(serverNow().getTime() / 60000) * 60;
  const from = chosen?.from ?? now + 3600;
  const to = chosen?.to ?? now + 3 * 3600;
  const asked = Number(amount);
  const sound = Number.isInteger(asked) && asked >= 1 && asked <= 1000 && chosen !== undefined;
  const judged = useLoad(
    async () => (key && sound ? judge(key, { region, zone, type, amount: asked, from, to }) : undefined),
    [key?.id, region, zone, type, amount, chosen?.from, chosen?.to],
  );
  const reserve = async () => {
    if (!key) return;
    setBusy(true);
    setError(undefined);
    try {
      const answer = await call<{ PrivatePoolOptionsId: string }>(
        key,
        'ReserveWindow',
        {
          RegionId: region,
          ZoneId: zone,
          InstanceType: type,
          InstanceAmount: amount,
          StartTime: wire(from),
          EndTime: wire(to),
          ClientToken: crypto.randomUUID(),
          ...(name ? { 'PrivatePoolOptions.Name': name } : {}),
        },
        BERTH,
      );
      setMade(answer.PrivatePoolOptionsId);
      reserved();
      judged.reload();
    } catch (fault) {
      setError(fault as Error);
    }
    setBusy(false);
  };
  const pick = (start: string, end: string) => {
    const [begin, finish] = [fromLocal(start), fromLocal(end)];
    if (Number.isFinite(begin) && Number.isFinite(finish)) choose(begin, finish);
  };
  return (
    <Panel title="Window" aside={<span class="muted small">{chosen ? `${lasting(to - from)}, UTC` : 'UTC'}</span>}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void reserve();
        }}
      >
        <div class="pair four">
          <Field label="From" type="datetime-local" value={local(from)} change={(it) => pick(it, local(to))} />
          <Field label="Until" type="datetime-local" value={local(to)} change={(it) => pick(local(from), it)} />
          <Field label="Instances" type="number" min={1} max={1000} value={amount} change={setAmount} />
          <Field label="Name" value={name} change={setName} placeholder="optional" />
        </div>
        <div role="status" class="verdict">
          {!chosen && (
            <p class="muted">
              Drag over the plot, or{' '}
              <button type="button" class="link" onClick={() => choose(from, to)}>
                take the next two hours
              </button>
              .
            </p>
          )}
          {judged.error && <Trouble error={judged.error} />}
          {chosen && judged.value && (
            <Verdict judged={judged.value} asked={asked} choose={choose} setAmount={setAmount} />
          )}
        </div>
        {error && <Trouble error={error} />}
        {made && (
          <p class="good-text" role="status">
            Reserved: <a href={address(`reservations/${made}`)}>{made}</a>
          </p>
        )}
        <div class="row">
          <button type="submit" class="primary" disabled={busy || !judged.value?.fits}>
            {busy ? 'Reserving…' : 'Reserve this window'}
          </button>
        </div>
      </form>
    </Panel>
  );
}

interface VerdictProps {
  judged: Judgement;
  asked: number;
  choose: (from: number, to: number) => void;
  setAmount: (amount: string) => void;
}

function Verdict({ judged, asked, choose, setAmount }: VerdictProps) {
  if (judged.fits) {
    return (
      <p class="good-text">
        <strong>It fits.</strong> {judged.available} could be promised for this window, {asked} asked.
      </p>
    );
  }
  const { bound } = judged;
  return (
    <>
      <p class="bad-text">
        <strong>It does not fit.</strong> At most {judged.available} of {asked} could be promised for this window.
      </p>
      {bound && (
        <p class="muted small">
          What is short: room for {bound.RungInstanceType} ({bound.Supply} free on hosts in service, {bound.Demand}{' '}
          spoken for{bound.HostsOutOfService > 0 ? `, ${bound.HostsOutOfService} hosts out of service` : ''}).
        </p>
      )}
      <ul class="proposals" aria-label="What would fit">
        {judged.proposals.map((it) => (
          <li key={`${it.kind} ${it.words}`}>
            <span>{it.words}</span>
            <button
              type="button"
              onClick={() => {
                setAmount(String(it.amount));
                const [begin, end] = [parsed(it.start), parsed(it.end)];
                if (begin && end) choose(begin, end);
              }}
              disabled={it.elsewhere}
              title={it.elsewhere ? 'Choose that zone or type above' : ''}
            >
              Take it
            </button>
          </li>
        ))}
        {judged.proposals.length === 0 && <li class="muted">Nothing near would fit either.</li>}
      </ul>
    </>
  );
}
