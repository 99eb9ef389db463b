'use strict';

// Instances that draw on reservations, told to Berth by the stock Node clients.
// Black box, as life.test.js: needs a running server with the zone cn-hangzhou-h and the family ecs.g6.

const assert = require('node:assert/strict');
const { randomBytes } = require('node:crypto');
const { test } = require('node:test');

const { CLIENTS, Fault } = require('./stock');

const REGION = 'cn-hangzhou';
const ZONE = 'cn-hangzhou-h';
const TYPE = 'ecs.g6.large';

/** One story's hands: a client, a tag of its own, and what it made. */
class Teller {
  constructor(make) {
    this.client = make();
    this.run = [{ Key: 'run', Value: randomBytes(16).toString('hex') }];
    this.made = [];
    this.launched = [];
  }

  call(action, params = {}) {
    return this.client.call(action, { RegionId: REGION, ...params });
  }

  async create(amount, matching) {
    const { PrivatePoolOptionsId } = await this.call('CreateCapacityReservation', {
      ZoneId: [ZONE], InstanceType: TYPE, InstanceAmount: amount, Tag: this.run,
      PrivatePoolOptions: { MatchCriteria: matching },
    });
    this.made.push(PrivatePoolOptionsId);
    return PrivatePoolOptionsId;
  }

  async launch(options, more = {}) {
    const { InstanceIdSets } = await this.call('RunInstances', {
      ZoneId: ZONE, InstanceType: TYPE, ImageId: 'aliyun_3_x64_20G_alibase_20240819.vhd',
      Tag: this.run, PrivatePoolOptions: options, ...more,
    });
    this.launched.push(...InstanceIdSets.InstanceIdSet);
    return InstanceIdSets.InstanceIdSet;
  }

  async amounts(id) {
    const answer = await this.call('DescribeCapacityReservations', {
      PrivatePoolOptions: { Ids: JSON.stringify([id]) }, Status: 'All',
    });
    const item = answer.CapacityReservationSet.CapacityReservationItem[0];
    const { TotalAmount, UsedAmount, AvailableAmount } = item.AllocatedResources.AllocatedResource[0];
    return [TotalAmount, UsedAmount, AvailableAmount];
  }

  async users(id) {
    const answer = await this.call('DescribeCapacityReservationInstances', { PrivatePoolOptions: { Id: id } });
    return answer.CapacityReservationItem.InstanceIdSet.map((item) => item.InstanceId).sort();
  }

  async attachment(id) {
    const answer = await this.call('DescribeInstanceAttachmentAttributes', { InstanceIds: JSON.stringify([id]) });
    const [item] = answer.Instances.Instance;
    return [item.PrivatePoolOptionsMatchCriteria, item.PrivatePoolOptionsId];
  }

  async instance(id) {
    const answer = await this.call('DescribeInstances', { InstanceIds: JSON.stringify([id]) });
    return answer.Instances.Instance[0];
  }

  async refused(code, status, promise) {
    const fault = await promise.then(() => assert.fail(`expected ${code}`), (error) => error);
    assert.ok(fault instanceof Fault, fault.stack);
    assert.deepEqual([fault.code, fault.status], [code, status], fault.message);
  }

  async giveBack() {
    if (this.launched.length) await this.call('DeleteInstances', { InstanceId: this.launched, Force: true });
    for (const id of this.made) {
      await this.call('ReleaseCapacityReservation', { PrivatePoolOptions: { Id: id } }).catch((error) => {
        if (error.code !== 'Invalid.PrivatePoolOptions.status') throw error;
      });
    }
  }
}

async function filledReleasedAndStartedAgain(teller) {
  const id = await teller.create(2, 'Target');
  const options = { MatchCriteria: 'Target', Id: id };
  const filled = await teller.launch(options, { Amount: 2, InstanceName: 'node', UniqueSuffix: true });
  assert.deepEqual(await teller.amounts(id), [2, 2, 0]);
  assert.deepEqual(await teller.users(id), [...filled].sort());
  assert.equal((await teller.instance(filled[1])).InstanceName, 'node002');
  await teller.refused('Invalid.PrivatePoolOptions.NoStock', 400, teller.launch(options));

  await teller.call('ReleaseCapacityReservation', { PrivatePoolOptions: { Id: id } });
  assert.deepEqual(await teller.users(id), []);
  assert.deepEqual(await teller.attachment(filled[0]), ['', '']);
  assert.equal((await teller.instance(filled[0])).Status, 'Running');

  await teller.client.call('StopInstance', { InstanceId: filled[0], StoppedMode: 'StopCharging' });
  const start = () => teller.client.call('StartInstance', { InstanceId: filled[0] });
  await teller.refused('Invalid.PrivatePoolOptions.status', 400, start());
  await teller.call('ModifyInstanceAttachmentAttributes', {
    InstanceId: filled[0], PrivatePoolOptions: { MatchCriteria: 'None' },
  });
  await start();
  assert.equal((await teller.instance(filled[0])).Status, 'Running');
}

async function openFirstThenOverflow(teller) {
  const id = await teller.create(1, 'Open');
  const [first, second] = await teller.launch({ MatchCriteria: 'Open' }, { Amount: 2 });
  assert.deepEqual(await teller.users(id), [first]);
  assert.deepEqual(await teller.attachment(second), ['Open', '']);
  await teller.call('StopInstances', { InstanceId: [first], StoppedMode: 'StopCharging' });
  assert.deepEqual(await teller.amounts(id), [1, 0, 1]);
  await teller.call('StartInstances', { InstanceId: [first] });
  assert.deepEqual(await teller.attachment(first), ['Open', id]);
  await teller.client.call('DeleteInstance', { InstanceId: first, Force: true });
  teller.launched = teller.launched.filter((instance) => instance !== first);
  assert.deepEqual(await teller.amounts(id), [1, 0, 1]);
}

async function amountsOutOfRange(teller) {
  const none = { MatchCriteria: 'None' };
  await teller.refused('InvalidParam.Amount', 403, teller.launch(none, { Amount: 101 }));
  await teller.refused('InvalidMinAmount.Malformed', 400, teller.launch(none, { Amount: 1, MinAmount: 2 }));
  await teller.refused('DryRunOperation', 400, teller.launch(none, { DryRun: true }));
}

const STORIES = {
  'filled, released under running instances, started again': filledReleasedAndStartedAgain,
  'an open reservation first, then open capacity': openFirstThenOverflow,
  'amounts out of range': amountsOutOfRange,
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
