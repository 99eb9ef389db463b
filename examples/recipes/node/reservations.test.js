'use strict';

const { test, beforeEach, afterEach } = require('node:test');
const assert = require('node:assert');
const ecs = require('@alicloud/ecs20140526');
const { start } = require('./berth');

const WHERE = { regionId: 'cn-hangzhou', zoneId: ['cn-hangzhou-h'] };

// Each test has a Berth of its own.
let berth;
beforeEach(async () => {
  berth = await start();
});
afterEach(() => berth.stop());

async function reserve(more) {
  const request = { ...WHERE, instanceType: 'ecs.g6.large', ...more };
  const answer = await berth.client.createCapacityReservation(new ecs.CreateCapacityReservationRequest(request));
  return answer.body.privatePoolOptionsId;
}

async function listed() {
  const request = new ecs.DescribeCapacityReservationsRequest({ regionId: WHERE.regionId });
  const answer = await berth.client.describeCapacityReservations(request);
  return answer.body.capacityReservationSet.capacityReservationItem.map((item) => item.privatePoolOptionsId);
}

test('a reservation is listed until its end', async () => {
  const own = (action, params) => berth.own.request(action, params, { method: 'POST' });
  await own('SetClock', { Time: '2040-01-01T00:00:00Z', Runs: false });
  const pool = await reserve({ instanceAmount: 2, endTimeType: 'Limited', endTime: '2040-01-08T00:00:00Z' });
  assert.deepStrictEqual(await listed(), [pool]);
  await own('AdvanceClock', { Seconds: 7 * 24 * 3600 });
  assert.deepStrictEqual(await listed(), []);
});

test('what does not fit is refused', async () => {
  const request = reserve({ instanceType: 'ecs.g6.26xlarge', instanceAmount: 1000 });
  await assert.rejects(request, { code: 'OperationDenied.NoStock' });
  assert.deepStrictEqual(await listed(), []);
});
