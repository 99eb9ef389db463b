// What the server tells of a type in a zone over time.

import type { Reservation } from '../../data/reservations';
import { parsed, wire } from '../../ui/time';
import { call, serverNow } from '../../wire/client';
import type { Key } from '../../wire/key';
import { BERTH } from '../../wire/versions';

export interface Outlook {
  total: number;
  from: number;
  to: number;
  stretches: { from: number; to: number; open: number }[];
}

interface Page {
  TotalAmount: number;
  NextToken?: string;
  Stretches: { Stretch: { StartTime: string; EndTime: string; AvailableAmount: number }[] };
}

/** Pages of a timeline that are asked for at most. */
const PAGES_MAX = 10;

export async function outlook(key: Key, region: string, zone: string, type: string, seconds: number): Promise<Outlook> {
  const now = Math.floor(serverNow().getTime() / 1000);
  const params: Record<string, string> = {
    RegionId: region,
    ZoneId: zone,
    InstanceType: type,
    EndTime: wire(now + seconds),
    MaxResults: '1000',
  };
  const told: Outlook = { total: 0, from: now, to: now + seconds, stretches: [] };
  let token = '';
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const more: Record<string, string> = token ? { NextToken: token } : {};
    const answer = await call<Page>(key, 'DescribeCapacityTimeline', { ...params, ...more }, BERTH);
    told.total = answer.TotalAmount;
    for (const it of answer.Stretches.Stretch) {
      told.stretches.push({
        from: parsed(it.StartTime) ?? now,
        to: parsed(it.EndTime) ?? now,
        open: it.AvailableAmount,
      });
    }
    token = answer.NextToken ?? '';
    if (!token) break;
  }
  told.from = told.stretches[0]?.from ?? now;
  return told;
}

/** Slots of these reservations that are promised at a moment. */
export function promisedAt(own: Reservation[], at: number): number {
  const covers = (it: Reservation) => (it.start ?? 0) <= at && (it.end === undefined || it.end > at);
  return own.filter(covers).reduce((sum, it) => sum + it.total, 0);
}

export function usedNow(own: Reservation[]): number {
  return own.reduce((sum, it) => sum + it.used, 0);
}
