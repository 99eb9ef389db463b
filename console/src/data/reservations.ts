// Reservations and their instances as the API tells them.

import { all, call } from '../wire/client';
import type { Key } from '../wire/key';
import { parsed } from '../ui/time';

interface Allocated {
  InstanceType: string;
  TotalAmount: number;
  UsedAmount: number;
  AvailableAmount: number;
  zoneId: string;
}

interface Item {
  PrivatePoolOptionsId: string;
  PrivatePoolOptionsName: string;
  PrivatePoolOptionsMatchCriteria: string;
  Status: string;
  StartTime: string;
  EndTime: string;
  EndTimeType: string;
  Description: string;
  Platform: string;
  ResourceGroupId: string;
  CapacityReservationOwnerId: string;
  AllocatedResources: { AllocatedResource: Allocated[] };
  Tags: { Tag: { TagKey: string; TagValue: string }[] };
}

interface Page {
  NextToken?: string;
  CapacityReservationSet: { CapacityReservationItem: Item[] };
}

export interface Reservation {
  id: string;
  name: string;
  match: string;
  status: string;
  zone: string;
  type: string;
  total: number;
  used: number;
  /** In seconds since the epoch; the end is nothing for one that ends by hand. */
  start: number | undefined;
  end: number | undefined;
  startText: string;
  endText: string;
  limited: boolean;
  description: string;
  platform: string;
  group: string;
  owner: string;
  tags: [string, string][];
}

function told(item: Item): Reservation {
  const allocated = item.AllocatedResources.AllocatedResource[0];
  const limited = item.EndTimeType === 'Limited';
  return {
    id: item.PrivatePoolOptionsId,
    name: item.PrivatePoolOptionsName,
    match: item.PrivatePoolOptionsMatchCriteria,
    status: item.Status,
    zone: allocated?.zoneId ?? '',
    type: allocated?.InstanceType ?? '',
    total: allocated?.TotalAmount ?? 0,
    used: allocated?.UsedAmount ?? 0,
    start: parsed(item.StartTime),
    end: limited ? parsed(item.EndTime) : undefined,
    startText: item.StartTime,
    endText: limited ? item.EndTime : '',
    limited,
    description: item.Description,
    platform: item.Platform,
    group: item.ResourceGroupId,
    owner: item.CapacityReservationOwnerId,
    tags: (item.Tags?.Tag ?? []).map((it) => [it.TagKey, it.TagValue]),
  };
}

export async function reservations(
  key: Key,
  region: string,
  more: Record<string, string> = {},
): Promise<Reservation[]> {
  const params = { RegionId: region, Status: 'All', MaxResults: '100', ...more };
  const pages = (it: Page) => it.CapacityReservationSet.CapacityReservationItem;
  const found = await all<Page, Item>(key, 'DescribeCapacityReservations', params, pages);
  return found.map(told);
}

export interface Instance {
  InstanceId: string;
  InstanceName: string;
  Status: string;
  CreationTime: string;
  StoppedMode?: string;
}

interface InUse {
  NextToken?: string;
  CapacityReservationItem: { InstanceIdSet: { InstanceId: string }[] };
}

/** Ids of one call of DescribeInstances. */
const IDS_MAX = 100;

/** The instances that hold a slot of a reservation now. */
export async function instancesOf(key: Key, region: string, id: string): Promise<Instance[]> {
  const params = { RegionId: region, 'PrivatePoolOptions.Id': id, MaxResults: '100' };
  const ids = await all<InUse, { InstanceId: string }>(
    key,
    'DescribeCapacityReservationInstances',
    params,
    (it) => it.CapacityReservationItem.InstanceIdSet,
  );
  const found: Instance[] = [];
  for (let at = 0; at < ids.length; at += IDS_MAX) {
    const some = ids.slice(at, at + IDS_MAX).map((it) => it.InstanceId);
    const page = await call<{ Instances: { Instance: Instance[] } }>(key, 'DescribeInstances', {
      RegionId: region,
      InstanceIds: JSON.stringify(some),
      MaxResults: String(IDS_MAX),
    });
    found.push(...page.Instances.Instance);
  }
  return found;
}
