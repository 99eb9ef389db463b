'use strict';

// The life of a reservation and what surrounds it, told to Berth by the stock Node clients.
// Black box: needs a running server, told by the exports that Berth prints (BERTH_ENDPOINT,
// ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET), with the zones cn-hangzhou-h and cn-hangzhou-i and
// the families ecs.c6 and ecs.g6. Everything a test makes carries a tag of its own, so a server may be used twice.

const assert = require('node:assert/strict');
const { randomBytes } = require('node:crypto');
const { test } = require('node:test');

const { CLIENTS, Fault } = require('./stock');

const REGION = 'cn-hangzhou';
const ZONE = 'cn-hangzhou-h';
const OTHER_ZONE = 'cn-hangzhou-i';
const TYPE = 'ecs.g6.large';
const OTHER_TYPE = 'ecs.c6.large';
const UNKNOWN = 'crp-bp1aaaaaaaaaaaaaaaaa';
const AWKWARD = 'a+b c*~\'()!&=%/;:@?#[]"<>\\ 容量预留é 100%25 \u{1f40b}';
const REQUEST_ID = /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/;

function hoursAhead(hours) {
  const minute = new Date(Date.now() + hours * 3600e3).toISOString().slice(0, 16);
  return { sent: `${minute}:00Z`, shown: `${minute}Z` };
}

/** One story's hands: a client, a tag of its own, and the reservations it made. */
class Teller {
  constructor(make) {
    this.make = make;
    this.client = make();
    this.run = randomBytes(16).toString('hex');
    this.made = [];
  }

  get mine() {
    return [{ Key: 'run', Value: this.run }];
  }

  async call(action, params = {}) {
    const answer = await this.client.call(action, { RegionId: REGION, ...params });
    assert.match(answer.RequestId, REQUEST_ID);
    assert.ok(!('Code' in answer));
    return answer;
  }

  async create(more = {}) {
    const answer = await this.call('CreateCapacityReservation', {
      ZoneId: [ZONE], InstanceType: TYPE, InstanceAmount: 2, Tag: this.mine, ...more,
    });
    assert.match(answer.PrivatePoolOptionsId, /^crp-[a-z0-9]{20}$/);
    this.made.push(answer.PrivatePoolOptionsId);
    return answer.PrivatePoolOptionsId;
  }

  release(id, more = {}) {
    return this.call('ReleaseCapacityReservation', { PrivatePoolOptions: { Id: id }, ...more });
  }

  modify(id, more = {}, options = {}) {
    return this.call('ModifyCapacityReservation', {
      PrivatePoolOptions: { Id: id, ...options }, ...more,
    });
  }

  async describe(filters) {
    const answer = await this.call('DescribeCapacityReservations', filters);
    return { answer, items: answer.CapacityReservationSet.CapacityReservationItem };
  }

  async found(filters = {}) {
    const { items } = await this.describe({ Tag: this.mine, MaxResults: 100, ...filters });
    return items.map((item) => item.PrivatePoolOptionsId).sort();
  }

  async one(id, Status = 'All') {
    const filters = { PrivatePoolOptions: { Ids: JSON.stringify([id]) }, Status };
    const { answer, items } = await this.describe(filters);
    assert.deepEqual([answer.TotalCount, items.length], [1, 1]);
    return items[0];
  }

  async refused(code, status, promise) {
    const fault = await promise.then(() => assert.fail(`expected ${code}`), (error) => error);
    assert.ok(fault instanceof Fault, fault.stack);
    assert.deepEqual([fault.code, fault.status], [code, status], fault.message);
    assert.match(fault.requestId, REQUEST_ID);
    return fault;
  }

  async giveBack() {
    for (const id of this.made) {
      const item = await this.one(id);
      if (item.Status === 'Released') continue;
      if (item.EndTimeType === 'Limited') await this.modify(id, { EndTimeType: 'Unlimited' });
      await this.release(id);
    }
  }
}

async function fromCreateToReleasedTwice(teller) {
  const end = hoursAhead(30);
  const tags = [...teller.mine, { Key: '团队 name', Value: 'a=b&c é' }];
  const id = await teller.create({
    ClientToken: randomBytes(16).toString('hex'),
    PrivatePoolOptions: { Name: '容量-Pool_1:a', MatchCriteria: 'Target' },
    Description: AWKWARD,
    StartTime: 'Now',
    EndTimeType: 'Limited',
    EndTime: end.sent,
    InstanceChargeType: 'PostPaid',
    Platform: 'Linux',
    Tag: tags,
  });
  let item = await teller.one(id);
  const expected = {
    PrivatePoolOptionsId: id,
    PrivatePoolOptionsName: '容量-Pool_1:a',
    PrivatePoolOptionsMatchCriteria: 'Target',
    Description: AWKWARD,
    Status: 'Active',
    StartTimeType: 'Now',
    EndTimeType: 'Limited',
    EndTime: end.shown,
    InstanceChargeType: 'PostPaid',
    Platform: 'linux',
    RegionId: REGION,
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(item[name], value, name);
  assert.match(item.StartTime, /^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/);
  const resources = item.AllocatedResources.AllocatedResource;
  assert.equal(resources.length, 1);
  const { zoneId, InstanceType, TotalAmount, UsedAmount, AvailableAmount } = resources[0];
  const amounts = [zoneId, InstanceType, TotalAmount, UsedAmount, AvailableAmount];
  assert.deepEqual(amounts, [ZONE, TYPE, 2, 0, 2]);
  const shown = item.Tags.Tag.map((tag) => `${tag.TagKey}=${tag.TagValue}`).sort();
  assert.deepEqual(shown, tags.map((tag) => `${tag.Key}=${tag.Value}`).sort());

  const users = await teller.call(
    'DescribeCapacityReservationInstances', { PrivatePoolOptions: { Id: id } },
  );
  assert.deepEqual([users.CapacityReservationItem.InstanceIdSet, users.TotalCount], [[], 0]);

  // Limited ones are not released by hand.
  await teller.refused('Invalid.Action.ReleaseCapacityReservation', 400, teller.release(id));
  const change = {
    Description: '另一个 text + more', EndTimeType: 'Unlimited', InstanceAmount: 3,
  };
  await teller.modify(id, change, { Name: 'renamed' });
  item = await teller.one(id);
  assert.deepEqual(
    [item.PrivatePoolOptionsName, item.Description, item.EndTimeType],
    ['renamed', '另一个 text + more', 'Unlimited'],
  );
  assert.equal(item.AllocatedResources.AllocatedResource[0].TotalAmount, 3);

  // A dry run checks everything and changes nothing.
  await teller.refused('DryRunOperation', 400, teller.release(id, { DryRun: true }));
  assert.deepEqual(await teller.one(id), item);

  await teller.release(id, { DryRun: false });
  assert.equal((await teller.one(id, 'Released')).Status, 'Released');
  assert.equal((await teller.one(id, 'All')).Status, 'Released');
  const ids = { PrivatePoolOptions: { Ids: JSON.stringify([id]) } };
  for (const hidden of [ids, { ...ids, Status: 'Active' }]) {
    const { answer, items } = await teller.describe(hidden);
    assert.deepEqual([answer.TotalCount, items], [0, []]);
  }
  const again = await teller.refused('Invalid.PrivatePoolOptions.status', 400, teller.release(id));
  assert.match(again.said, /The PrivatePool is expired or inactive\./);
  await teller.refused(
    'IncorrectPrivatePoolStatus', 403, teller.modify(id, { Description: 'too late' }),
  );
}

async function filtersAndPages(teller) {
  const same = [];
  for (let made = 0; made < 4; made += 1) same.push(await teller.create());
  const other = await teller.create({
    ZoneId: [OTHER_ZONE], InstanceType: OTHER_TYPE, Platform: 'Windows', InstanceAmount: 1,
  });
  same.sort();
  const all = [...same, other].sort();

  const seen = [];
  let pages = 0;
  let token;
  do {
    const more = token ? { NextToken: token } : {};
    const { answer, items } = await teller.describe({ Tag: teller.mine, MaxResults: 2, ...more });
    assert.deepEqual([answer.TotalCount, answer.MaxResults], [5, 2]);
    seen.push(...items.map((item) => item.PrivatePoolOptionsId));
    token = answer.NextToken;
    pages += 1;
  } while (token !== '' && pages < 10);
  assert.deepEqual([pages, seen.sort()], [3, all]);

  assert.deepEqual(await teller.found({ ZoneId: OTHER_ZONE }), [other]);
  assert.deepEqual(await teller.found({ InstanceType: TYPE }), same);
  assert.deepEqual(await teller.found({ Platform: 'windows' }), [other]);
  assert.deepEqual(await teller.found({ Platform: 'all' }), all);
  assert.deepEqual(await teller.found({ InstanceChargeType: 'PostPaid' }), all);
  assert.deepEqual(await teller.found({ InstanceChargeType: 'PrePaid' }), []);
  assert.deepEqual(await teller.found({ Status: 'Active' }), all);
  assert.deepEqual(await teller.found({ Status: 'Released' }), []);
  const ids = { PrivatePoolOptions: { Ids: JSON.stringify([other, UNKNOWN]) } };
  assert.deepEqual(await teller.found(ids), [other]);

  // A token belongs to its filter.
  const filter = { Tag: teller.mine, MaxResults: 2 };
  const { answer } = await teller.describe(filter);
  for (const wrong of [{ NextToken: answer.NextToken, ZoneId: ZONE }, { NextToken: '0'.repeat(32) }]) {
    await teller.refused('InvalidParameter', 400, teller.describe({ ...filter, ...wrong }));
  }
}

async function tags(teller) {
  const id = await teller.create();
  const on = { ResourceType: 'capacityreservation', ResourceId: [id] };
  const shown = async () => {
    const answer = await teller.call('ListTagResources', on);
    const items = answer.TagResources.TagResource;
    assert.ok(items.every((item) => item.ResourceId === id));
    return Object.fromEntries(items.map((item) => [item.TagKey, item.TagValue]));
  };
  assert.deepEqual(await shown(), { run: teller.run });
  const added = [{ Key: '环境', Value: '生产 + b' }, { Key: 'empty', Value: '' }];
  await teller.call('TagResources', { ...on, Tag: added });
  await teller.call('TagResources', { ...on, Tag: [{ Key: '环境', Value: 'again' }] });
  assert.deepEqual(await shown(), { run: teller.run, 环境: 'again', empty: '' });
  await teller.call('UntagResources', { ...on, TagKey: ['empty'] });
  assert.deepEqual(await shown(), { run: teller.run, 环境: 'again' });
  await teller.call('UntagResources', { ...on, All: true });
  assert.deepEqual(await shown(), {});
  const nobody = { ...on, ResourceId: [UNKNOWN], Tag: [{ Key: 'a', Value: 'b' }] };
  await teller.refused('InvalidResourceId.NotFound', 404, teller.call('TagResources', nobody));
}

async function clientToken(teller) {
  const ClientToken = randomBytes(16).toString('hex');
  const first = await teller.create({ ClientToken });
  assert.equal(await teller.create({ ClientToken }), first);
  const changed = teller.create({ ClientToken, InstanceAmount: 3 });
  await teller.refused('IdempotentParameterMismatch', 400, changed);
  assert.deepEqual(await teller.found(), [first]);
}

async function stockRunsOut(teller) {
  const answer = await teller.client.call('DescribeInstanceTypes', { InstanceTypeFamily: 'ecs.g6' });
  const types = answer.InstanceTypes.InstanceType;
  types.sort((left, right) => right.CpuCoreCount - left.CpuCoreCount);
  const InstanceType = types[0].InstanceTypeId;
  const untilNone = async () => {
    for (let made = 0; made < 100; made += 1) {
      await teller.create({ InstanceType, InstanceAmount: 1000 });
    }
  };
  await teller.refused('OperationDenied.NoStock', 403, untilNone());
}

async function whoIsNotLetIn(teller) {
  const params = { RegionId: REGION };
  const wrong = teller.make(undefined, 'not the secret');
  await teller.refused(
    'SignatureDoesNotMatch', 400, wrong.call('DescribeCapacityReservations', params),
  );
  const nobody = teller.make('LTAInobody', 'whatever');
  await teller.refused(
    'InvalidAccessKeyId.NotFound', 404, nobody.call('DescribeCapacityReservations', params),
  );
}

async function regionsAndIds(teller) {
  const options = { PrivatePoolOptions: { Id: UNKNOWN } };
  const { client } = teller;
  await teller.refused(
    'MissingParameter.RegionId', 400, client.call('ReleaseCapacityReservation', options),
  );
  await teller.refused(
    'MissingParameter.PrivatePoolOptions.Id', 400,
    client.call('ReleaseCapacityReservation', { RegionId: REGION }),
  );
  await teller.refused(
    'InvalidRegionId.NotFound', 404,
    client.call('DescribeCapacityReservations', { RegionId: 'cn-nowhere' }),
  );
  await teller.refused('Invalid.PrivatePoolOptions.Ids', 400, teller.release(UNKNOWN));
  await teller.refused(
    'InvalidPrivatePoolId.NotFound', 404, teller.modify(UNKNOWN, { Description: 'nothing' }),
  );
}

async function whatThereIs(teller) {
  const regions = await teller.client.call('DescribeRegions', { AcceptLanguage: 'en-US' });
  assert.ok(regions.Regions.Region.some((region) => region.RegionId === REGION));
  const zones = (await teller.call('DescribeZones', { AcceptLanguage: 'en-US' })).Zones.Zone;
  const byId = new Map(zones.map((zone) => [zone.ZoneId, zone]));
  assert.ok(byId.has(ZONE) && byId.has(OTHER_ZONE));
  assert.ok(byId.get(ZONE).AvailableInstanceTypes.InstanceTypes.includes(TYPE));

  const named = await teller.client.call('DescribeInstanceTypes', { InstanceTypes: [TYPE] });
  const shapes = named.InstanceTypes.InstanceType.map(
    ({ InstanceTypeId, CpuCoreCount, MemorySize }) => [InstanceTypeId, CpuCoreCount, MemorySize],
  );
  assert.deepEqual(shapes, [[TYPE, 2, 8]]);
  const families = await teller.call('DescribeInstanceTypeFamilies');
  const names = families.InstanceTypeFamilies.InstanceTypeFamily.map(
    (family) => family.InstanceTypeFamilyId,
  );
  assert.ok(names.includes('ecs.c6') && names.includes('ecs.g6'));

  const stock = await teller.call('DescribeAvailableResource', {
    DestinationResource: 'InstanceType', ZoneId: ZONE, InstanceType: TYPE,
  });
  const zone = stock.AvailableZones.AvailableZone[0];
  assert.deepEqual([zone.ZoneId, zone.StatusCategory], [ZONE, 'WithStock']);
  const supported = zone.AvailableResources.AvailableResource[0].SupportedResources.SupportedResource;
  const told = supported.map(({ Value, Status, StatusCategory }) => [Value, Status, StatusCategory]);
  assert.deepEqual(told, [[TYPE, 'Available', 'WithStock']]);
}

const STORIES = {
  'from create to released twice': fromCreateToReleasedTwice,
  'filters and pages': filtersAndPages,
  tags,
  'client token': clientToken,
  'stock runs out': stockRunsOut,
  'who is not let in': whoIsNotLetIn,
  'regions and ids': regionsAndIds,
  'what there is to reserve': whatThereIs,
};

for (const [client, make] of CLIENTS) {
  for (const [story, tell] of Object.entries(STORIES)) {
    test(`${client}: ${story}`, async () => {
      const teller = new Teller(make);
      try {
        await tell(teller);
      } finally {
        await teller.giveBack();
      }
    });
  }
}
