// Asks the server whether a window fits, and for what would if it does not: what it proposes, and the nearest window of
// the same length in the same zone.

import { lasting, parsed, shown, wire } from '../../ui/time';
import { Fault, call } from '../../wire/client';
import type { Key } from '../../wire/key';
import { BERTH } from '../../wire/versions';

export interface Asked {
  region: string;
  zone: string;
  type: string;
  amount: number;
  from: number;
  to: number;
}

export interface Proposal {
  kind: string;
  words: string;
  amount: number;
  start: string;
  end: string;
  /** Whether it is for another zone or type. */
  elsewhere: boolean;
}

interface Bound {
  RungInstanceType: string;
  Supply: number;
  Demand: number;
  HostsOutOfService: number;
}

export interface Judgement {
  fits: boolean;
  available: number;
  bound?: Bound | undefined;
  proposals: Proposal[];
}

interface Explained {
  Fits: boolean;
  AvailableAmount: number;
  Bound?: Bound;
  Proposals: {
    Proposal: {
      Kind: string;
      ZoneId: string;
      InstanceType: string;
      InstanceAmount: number;
      StartTime: string;
      EndTime: string;
    }[];
  };
}

interface Windows {
  Windows: { Window: { ZoneId: string; StartTime: string; EndTime: string }[] };
}

export async function judge(key: Key, asked: Asked): Promise<Judgement> {
  const { region, zone, type, amount, from, to } = asked;
  const where = { RegionId: region, ZoneId: zone, InstanceType: type, InstanceAmount: String(amount) };
  const told = await call<Explained>(
    key,
    'ExplainCapacity',
    { ...where, StartTime: wire(from), EndTime: wire(to) },
    BERTH,
  );
  const proposals = told.Proposals.Proposal.map((it): Proposal => {
    const elsewhere = it.ZoneId !== zone || it.InstanceType !== type;
    return {
      kind: it.Kind,
      words: inWords(it.Kind, it.InstanceAmount, it.InstanceType, it.ZoneId, it.StartTime, it.EndTime, from),
      amount: it.InstanceAmount,
      start: it.StartTime,
      end: it.EndTime,
      elsewhere,
    };
  });
  if (!told.Fits && !proposals.some((it) => it.kind === 'Later')) {
    const nearest = await nearestOf(key, asked);
    if (nearest) proposals.unshift(nearest);
  }
  return { fits: told.Fits, available: told.AvailableAmount, bound: told.Bound, proposals };
}

async function nearestOf(key: Key, asked: Asked): Promise<Proposal | undefined> {
  const { region, zone, type, amount, from, to } = asked;
  try {
    const found = await call<Windows>(
      key,
      'FindWindow',
      {
        RegionId: region,
        ZoneId: zone,
        InstanceType: type,
        InstanceAmount: String(amount),
        DurationSeconds: String(to - from),
        StartTime: wire(from),
      },
      BERTH,
    );
    const [first] = found.Windows.Window;
    if (!first) return undefined;
    const words = inWords('Later', amount, type, zone, first.StartTime, first.EndTime, from);
    return { kind: 'Later', words, amount, start: first.StartTime, end: first.EndTime, elsewhere: false };
  } catch (fault) {
    if (fault instanceof Fault) return undefined;
    throw fault;
  }
}

function inWords(
  kind: string,
  amount: number,
  type: string,
  zone: string,
  start: string,
  end: string,
  from: number,
): string {
  const later = (parsed(start) ?? from) - from;
  switch (kind) {
    case 'Later':
      return `All ${amount}, ${lasting(later)} later: ${shown(start)} to ${shown(end)}`;
    case 'Fewer':
      return `Fewer, in this very window: ${amount}`;
    case 'OtherZone':
      return `All ${amount} in ${zone}`;
    case 'OtherType':
      return `${amount} of ${type}`;
    default:
      return `${kind}: ${amount} of ${type} in ${zone}, ${shown(start)} to ${shown(end)}`;
  }
}
