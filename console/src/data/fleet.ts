// Hosts, pools and accounts as the operations for operators tell them.

import { all, call } from '../wire/client';
import type { Key } from '../wire/key';
import { BERTH } from '../wire/versions';

export interface Host {
  HostId: string;
  ZoneId: string;
  HostClass: string;
  Status: string;
  Units: number;
  FreeUnits: number;
  InstanceCount: number;
}

interface Hosts {
  NextToken?: string;
  Hosts: { Host: Host[] };
}

export function hosts(key: Key, region: string): Promise<Host[]> {
  const params = { RegionId: region, MaxResults: '1000' };
  return all<Hosts, Host>(key, 'DescribeHosts', params, (it) => it.Hosts.Host, BERTH);
}

export interface Rung {
  Units: number;
  Supply: number;
  Demand: number;
  Slack: number;
}

export interface Shortfall {
  PrivatePoolOptionsId: string;
  Slots: number;
  AccountId: string;
  InstanceType: string;
  Status: string;
}

export interface Pool {
  ZoneId: string;
  HostClass: string;
  HostCount: number;
  HostsInService: number;
  FreeUnits: number;
  ReservationCount: number;
  Rungs: { Rung: Rung[] };
  ShortfallCount: number;
  Shortfalls: { Shortfall: Shortfall[] };
}

export async function pools(key: Key, region: string): Promise<Pool[]> {
  const page = await call<{ Pools: { Pool: Pool[] } }>(key, 'DescribePools', { RegionId: region }, BERTH);
  return page.Pools.Pool;
}

export interface AccessKey {
  AccessKeyId: string;
  Status: string;
  Source: string;
  Restricted: boolean;
  ExpirationTime?: string;
}

export interface Account {
  AccountId: string;
  AccountName: string;
  Operator: boolean;
  AccessKeys: { AccessKey: AccessKey[] };
}

interface Accounts {
  NextToken?: string;
  Accounts: { Account: Account[] };
}

export function accounts(key: Key): Promise<Account[]> {
  return all<Accounts, Account>(key, 'DescribeAccounts', { MaxResults: '100' }, (it) => it.Accounts.Account, BERTH);
}

/** What a pool would be short of, at each size, if free capacity of these hosts were promised to nobody. */
export interface Preview {
  pool: Pool;
  short: { units: number; slack: number }[];
  tightest: number;
}

/** What is free on a host that goes out of service is supply no longer: at each size as many as fit into it. */
export function preview(all: Pool[], leaving: Host[]): Preview[] {
  return all.flatMap((pool) => {
    const here = leaving.filter(
      (it) => it.ZoneId === pool.ZoneId && it.HostClass === pool.HostClass && it.Status === 'InService',
    );
    if (here.length === 0) return [];
    const after = pool.Rungs.Rung.map((rung) => ({
      units: rung.Units,
      slack: rung.Slack - here.reduce((sum, it) => sum + Math.floor(it.FreeUnits / rung.Units), 0),
    }));
    const short = after.filter((it) => it.slack < 0);
    return [{ pool, short, tightest: Math.min(...after.map((it) => it.slack)) }];
  });
}
