// Capacity of one type in one zone over time, and the place where a window is dragged out of it.

import { type Reservation, reservations } from '../../data/reservations';
import { useLoad } from '../../load';
import { amend, usePlace } from '../../router';
import { useKey } from '../../session';
import { Empty, Figure, Page, Panel, Trouble } from '../../ui/basic';
import { Field } from '../../ui/field';
import { Plot } from '../../ui/plot';
import { parsed, wire } from '../../ui/time';
import { serverNow } from '../../wire/client';
import { useRegion, useWorld } from '../../world';
import { Bars } from './bars';
import { type Outlook, outlook, promisedAt, usedNow } from './outlook';
import { Window } from './window';

const DAY = 86400;
const SPANS = [
  { days: 1, title: '1 day' },
  { days: 7, title: '7 days' },
  { days: 30, title: '30 days' },
  { days: 90, title: '90 days' },
];
const EVERY = 10;
/** What a window begins on when it is dragged out: quarters of an hour. */
const GRAIN = 900;

interface Loaded {
  outlook: Outlook;
  own: Reservation[];
}

export function Timeline() {
  const key = useKey();
  const region = useRegion();
  const world = useWorld();
  const { query } = usePlace();
  const offered = world?.zones[region] ?? {};
  const zones = Object.keys(offered);
  const wanted = query.get('type');
  const offering = zones.find((it) => !wanted || offered[it]?.includes(wanted)) ?? zones[0] ?? '';
  const zone = zones.find((it) => it === query.get('zone')) ?? offering;
  const types = [...(offered[zone] ?? [])].sort();
  const type = wanted ?? types[0] ?? '';
  const days = SPANS.find((it) => String(it.days) === query.get('days'))?.days ?? 7;
  const load = async (): Promise<Loaded | undefined> => {
    if (!key || !zone || !type) return undefined;
    const [told, own] = await Promise.all([outlook(key, region, zone, type, days * DAY), reservations(key, region)]);
    return { outlook: told, own: own.filter((it) => it.zone === zone && it.status !== 'Released') };
  };
  const { value, error, reload } = useLoad(load, [key?.id, region, zone, type, days], { every: EVERY, keep: true });
  const [from, to] = [parsed(query.get('from') ?? ''), parsed(query.get('to') ?? '')];
  const chosen = from && to && to > from ? { from, to } : undefined;
  const choose = (start: number, end: number) => {
    const now = serverNow().getTime() / 1000;
    const begin = Math.max(Math.round(start / GRAIN) * GRAIN, Math.ceil(now / 60) * 60 + 60);
    const finish = Math.max(Math.round(end / GRAIN) * GRAIN, begin + GRAIN);
    amend({ from: wire(begin), to: wire(finish) });
  };
  return (
    <Page title="Timeline" about="What one type in one zone can still be promised. Drag over the plot to try a window.">
      <div class="filters">
        <Field label="Zone" value={zone} change={(it) => amend({ zone: it })} values={zones} />
        <Field label="Instance type" value={type} change={(it) => amend({ type: it })} list={types} />
        <div class="choose" role="group" aria-label="Span">
          {SPANS.map((it) => (
            <button
              type="button"
              key={it.days}
              aria-pressed={it.days === days}
              onClick={() => amend({ days: String(it.days) })}
            >
              {it.title}
            </button>
          ))}
        </div>
      </div>
      {error && <Trouble error={error} retry={reload} />}
      {!value && !error && <Waiting />}
      {value && (
        <>
          <Figures loaded={value} type={type} />
          <Panel class="chart">
            <Chart loaded={value} type={type} chosen={chosen} choose={choose} />
            <Bars
              windows={value.own.filter((it) => it.type === type)}
              from={value.outlook.from}
              to={value.outlook.to}
            />
            {value.own.every((it) => it.type !== type) && (
              <Empty title={`No ${type} is reserved in ${zone} by this account`}>
                Drag over the plot, or fill in the times below, and reserve what fits.
              </Empty>
            )}
          </Panel>
        </>
      )}
      <Window
        key={`${region} ${zone} ${type}`}
        zone={zone}
        type={type}
        chosen={chosen}
        choose={choose}
        reserved={reload}
      />
    </Page>
  );
}

/** As high as what comes, so that nothing below it moves. */
function Waiting() {
  return (
    <>
      <dl class="figures">
        {['Supply', 'Promised', 'Used', 'Open', 'Slack'].map((it) => (
          <Figure key={it} name={it} value="…" about="…" />
        ))}
      </dl>
      <Panel class="chart" />
    </>
  );
}

function Figures({ loaded, type }: { loaded: Loaded; type: string }) {
  const { outlook: told, own } = loaded;
  const open = told.stretches[0]?.open ?? 0;
  const least = Math.min(...told.stretches.map((it) => it.open));
  const mine = own.filter((it) => it.type === type);
  return (
    <dl class="figures">
      <Figure name="Supply" value={told.total} about="if nothing were promised" />
      <Figure name="Promised" value={promisedAt(mine, told.from)} about="to this account now" />
      <Figure name="Used" value={usedNow(mine)} about="of these, by instances" />
      <Figure name="Open" value={open} about="for a window from now on" />
      <Figure name="Slack" value={least} about="open at the worst moment" />
    </dl>
  );
}

interface ChartProps {
  loaded: Loaded;
  type: string;
  chosen: { from: number; to: number } | undefined;
  choose: (from: number, to: number) => void;
}

function Chart({ loaded, type, chosen, choose }: ChartProps) {
  const { outlook: told, own } = loaded;
  const mine = own.filter((it) => it.type === type);
  const turns = mine.flatMap((it) => [it.start, it.end]).filter((at) => at !== undefined);
  const times = [...new Set([told.from, ...told.stretches.map((it) => it.from), ...turns, told.to])]
    .filter((at) => at >= told.from && at <= told.to)
    .sort((left, right) => left - right);
  const openAt = (at: number) => told.stretches.filter((it) => it.from <= at).at(-1)?.open ?? null;
  return (
    <Plot
      label={`Supply ${told.total}; open between ${Math.min(...told.stretches.map((it) => it.open))} and ${Math.max(
        ...told.stretches.map((it) => it.open),
      )} over the time shown`}
      height={260}
      times={times}
      from={told.from}
      to={told.to}
      select={choose}
      chosen={chosen}
      lines={[
        { label: 'Supply', color: '--line-supply', dash: [4, 4], values: times.map(() => told.total) },
        { label: 'Open to promise', color: '--line-open', fill: '--fill-open', values: times.map(openAt) },
        {
          label: 'Promised to you',
          color: '--line-promised',
          fill: '--fill-promised',
          values: times.map((at) => promisedAt(mine, at)),
        },
        {
          label: 'Used by you',
          color: '--line-used',
          width: 2,
          values: times.map((at) => usedNow(mine.filter((it) => it.end === undefined || it.end > at))),
        },
      ]}
    />
  );
}
