// The history of a reservation as the API tells it, and each change of it in words.

import { parsed, shown, shownExactly } from '../ui/time';
import { call } from '../wire/client';
import type { Key } from '../wire/key';
import { BERTH } from '../wire/versions';

/** What a change has besides is what its event is about. */
export interface Change {
  Time: string;
  Event: string;
  Actor: 'Caller' | 'Operator' | 'System';
  AccountId?: string;
  AccessKeyId?: string;
  SourceIp?: string;
  Action?: string;
  RequestId?: string;
  InstanceId?: string;
  ZoneId?: string;
  InstanceType?: string;
  InstanceAmount?: number;
  PrivatePoolOptionsName?: string;
  Description?: string;
  StartTime?: string;
  EndTime?: string;
  EndTimeType?: string;
  Tags?: { Tag: { TagKey: string; TagValue: string }[] };
  TagKeys?: { TagKey: string[] };
}

interface Page {
  HistoryBeginsAt: string;
  NextToken: string;
  Changes: { Change: Change[] };
}

export interface History {
  /** The oldest first. */
  changes: Change[];
  /** Earlier ones are not kept. */
  beginsAt: string;
  /** Whether all of it has been read. */
  whole: boolean;
}

/** The changes of so many pages at most: the journal may be long, and is read in parts. */
export async function historyOf(key: Key, region: string, id: string, pages: number): Promise<History> {
  const params = { RegionId: region, 'PrivatePoolOptions.Id': id, MaxResults: '100' };
  const changes: Change[] = [];
  let [token, beginsAt] = ['', ''];
  for (let page = 0; page < pages; page += 1) {
    const more: Record<string, string> = token ? { NextToken: token } : {};
    const answer = await call<Page>(key, 'DescribeCapacityReservationHistory', { ...params, ...more }, BERTH);
    changes.push(...answer.Changes.Change);
    beginsAt ||= answer.HistoryBeginsAt;
    token = answer.NextToken;
    if (!token) break;
  }
  return { changes, beginsAt, whole: !token };
}

/** Whether it reaches back to the making of the reservation. */
export const isFromTheBeginning = (history: History) => history.changes[0]?.Event === 'Created';

/** How many slots were in use after each change of that, in order: moments in seconds. */
export function uses(history: History): [number, number][] {
  let used = 0;
  const steps: [number, number][] = [];
  for (const it of history.changes) {
    const before = used;
    if (it.Event === 'InstanceEntered') used += 1;
    if (it.Event === 'InstanceLeft' || it.Event === 'InstanceReclaimed') used -= 1;
    if (it.Event === 'Released' || it.Event === 'Expired') used = 0;
    if (used !== before) steps.push([parsed(it.Time) ?? 0, used]);
  }
  return steps;
}

const TITLES: Record<string, string> = {
  Created: 'Reserved',
  Rescheduled: 'Moved',
  NoticeGiven: 'Notice given',
  InstanceEntered: 'Instance came',
  InstanceLeft: 'Instance left',
  InstanceReclaimed: 'Instance reclaimed',
};

export const titleOf = (it: Change) => TITLES[it.Event] ?? it.Event;

/** What is new by a change, but for the instance that it may be about. */
export function detailsOf(it: Change): string[] {
  const tags = it.Tags?.Tag ?? [];
  const end = it.EndTimeType === 'Unlimited' ? 'ends by hand' : `until ${shown(it.EndTime)}`;
  return [
    it.InstanceAmount !== undefined ? `${it.InstanceAmount} ${it.InstanceType ? `× ${it.InstanceType}` : 'slots'}` : '',
    it.ZoneId ? `in ${it.ZoneId}` : '',
    it.StartTime ? `from ${shown(it.StartTime)}` : '',
    it.EndTime ? end : '',
    it.PrivatePoolOptionsName ? `name ${it.PrivatePoolOptionsName}` : '',
    it.Description ? `description ${it.Description}` : '',
    ...tags.map((tag) => `tag ${tag.TagKey}${tag.TagValue && ` = ${tag.TagValue}`}`),
    ...(it.TagKeys?.TagKey ?? []).map((name) => `without tag ${name}`),
  ].filter(Boolean);
}

/** Who did it. */
export function actorOf(it: Change): string {
  if (it.Actor === 'System') return 'The clock';
  return it.Actor === 'Operator' ? 'An operator' : (it.AccessKeyId ?? '');
}

export const momentOf = (it: Change) => shownExactly(it.Time);
