// For each operation the parameters of a call that succeeds, prepared by making whatever it acts on. Texts hold what
// careless quoting would break. An operation without a recipe fails the run.

import { call, region, zone } from '../wire.mjs';

const TYPE = 'ecs.g6.large';
const RegionId = region;
const AWKWARD = `it's "all" $HOME \`x\` \\n 100% {ok} #1 é容 a+b&c=d`;

let made = 0;
const fresh = (name) => `${name}-${(made += 1)}-${process.pid}`;
const hours = (count) => new Date(Math.ceil(Date.now() / 3.6e6 + count) * 3.6e6).toISOString().replace('.000Z', 'Z');

async function reservation(more = {}) {
  const params = {
    RegionId,
    'ZoneId.1': zone,
    InstanceType: TYPE,
    InstanceAmount: 1,
    ...more,
  };
  return (await call('CreateCapacityReservation', params)).PrivatePoolOptionsId;
}

async function assurance(more = {}) {
  const where = {
    RegionId,
    'ZoneId.1': zone,
    'InstanceType.1': TYPE,
    InstanceAmount: 1,
    PeriodUnit: 'Month',
  };
  return (await call('CreateElasticityAssurance', { ...where, ...more })).PrivatePoolOptionsId;
}

async function instance({ stopped = false } = {}) {
  const answer = await call('RunInstances', {
    RegionId,
    ZoneId: zone,
    InstanceType: TYPE,
  });
  const [id] = answer.InstanceIdSets.InstanceIdSet;
  if (stopped) await call('StopInstance', { InstanceId: id });
  return id;
}

async function host(state) {
  const HostId = fresh('sample');
  await call('RegisterHosts', {
    RegionId,
    Hosts: JSON.stringify([{ HostId, ZoneId: zone, HostClass: 'g6' }]),
  });
  const HostIds = JSON.stringify([HostId]);
  if (state === 'draining') await call('DrainHosts', { RegionId, HostIds });
  return HostIds;
}

const window = () =>
  call('ReserveWindow', {
    RegionId,
    ZoneId: zone,
    InstanceType: TYPE,
    InstanceAmount: 1,
    StartTime: hours(5),
    EndTime: hours(7),
  });

const account = async () => (await call('CreateAccount', { AccountName: fresh('sample') })).AccountId;

/** Parameters by operation; `refused` is for the one that has no success, `alone` for
 * those that no other may run beside. */
export const recipes = {
  CreateCapacityReservation: () => ({
    RegionId,
    'ZoneId.1': zone,
    InstanceType: TYPE,
    InstanceAmount: 2,
    'PrivatePoolOptions.Name': fresh('sample'),
    Description: AWKWARD,
    EndTimeType: 'Limited',
    EndTime: hours(30),
    'Tag.1.Key': "o'clock",
    'Tag.1.Value': '"five" $past',
    'Tag.2.Key': 'empty',
  }),
  DescribeCapacityReservations: async () => {
    const id = await reservation();
    return {
      RegionId,
      'PrivatePoolOptions.Ids': JSON.stringify([id]),
      Status: 'All',
    };
  },
  DescribeCapacityReservationInstances: async () => ({
    RegionId,
    'PrivatePoolOptions.Id': await reservation(),
  }),
  DescribeCapacityReservationHistory: async () => ({
    RegionId,
    'PrivatePoolOptions.Id': await reservation({ Description: AWKWARD }),
    MaxResults: 50,
  }),
  ModifyCapacityReservation: async () => ({
    RegionId,
    'PrivatePoolOptions.Id': await reservation(),
    Description: AWKWARD,
  }),
  ReleaseCapacityReservation: async () => ({
    RegionId,
    'PrivatePoolOptions.Id': await reservation(),
  }),

  CreateElasticityAssurance: () => ({
    RegionId,
    'ZoneId.1': zone,
    'InstanceType.1': TYPE,
    InstanceAmount: 1,
    Period: 1,
    PeriodUnit: 'Month',
    Description: AWKWARD,
  }),
  PurchaseElasticityAssurance: {
    refused: 'Invalid.PrivatePool.Purchase',
    prepare: async () => ({
      RegionId,
      'PrivatePoolOptions.Id': await assurance(),
    }),
  },
  DescribeElasticityAssurances: () => ({ RegionId }),
  DescribeElasticityAssuranceInstances: async () => ({
    RegionId,
    'PrivatePoolOptions.Id': await assurance(),
  }),
  ModifyElasticityAssurance: async () => ({
    RegionId,
    'PrivatePoolOptions.Id': await assurance(),
    Description: AWKWARD,
  }),
  RenewElasticityAssurances: async () => ({
    RegionId,
    'PrivatePoolOptions.Id.1': await assurance(),
    Period: 1,
    PeriodUnit: 'Month',
  }),
  DescribeElasticityAssuranceAutoRenewAttribute: async () => ({
    RegionId,
    'PrivatePoolOptions.Id.1': await assurance(),
  }),
  ModifyElasticityAssuranceAutoRenewAttribute: async () => ({
    RegionId,
    'PrivatePoolOptions.Id.1': await assurance(),
    RenewalStatus: 'AutoRenewal',
    Period: 1,
    PeriodUnit: 'Month',
  }),

  TagResources: async () => ({
    RegionId,
    ResourceType: 'capacityreservation',
    'ResourceId.1': await reservation(),
    'Tag.1.Key': 'team',
    'Tag.1.Value': "shop's",
  }),
  UntagResources: async () => ({
    RegionId,
    ResourceType: 'capacityreservation',
    'ResourceId.1': await reservation({
      'Tag.1.Key': 'team',
      'Tag.1.Value': 'a',
    }),
    'TagKey.1': 'team',
  }),
  ListTagResources: async () => ({
    RegionId,
    ResourceType: 'capacityreservation',
    'ResourceId.1': await reservation(),
  }),

  DescribeRegions: () => ({}),
  DescribeZones: () => ({ RegionId }),
  DescribeInstanceTypes: () => ({ 'InstanceTypes.1': TYPE }),
  DescribeInstanceTypeFamilies: () => ({ RegionId }),
  DescribeAvailableResource: () => ({
    RegionId,
    DestinationResource: 'InstanceType',
  }),

  RunInstances: async () => ({
    RegionId,
    ZoneId: zone,
    InstanceType: TYPE,
    Amount: 1,
    'PrivatePoolOptions.MatchCriteria': 'Target',
    'PrivatePoolOptions.Id': await reservation({
      'PrivatePoolOptions.MatchCriteria': 'Target',
    }),
  }),
  CreateInstance: () => ({
    RegionId,
    ZoneId: zone,
    InstanceType: TYPE,
    ImageId: 'aliyun_3_x64_20G_alibase.vhd',
  }),
  DescribeInstances: async () => ({
    RegionId,
    InstanceIds: JSON.stringify([await instance()]),
  }),
  StartInstance: async () => ({
    InstanceId: await instance({ stopped: true }),
  }),
  StartInstances: async () => ({
    RegionId,
    'InstanceId.1': await instance({ stopped: true }),
  }),
  StopInstance: async () => ({ InstanceId: await instance() }),
  StopInstances: async () => ({ RegionId, 'InstanceId.1': await instance() }),
  DeleteInstance: async () => ({
    InstanceId: await instance({ stopped: true }),
  }),
  DeleteInstances: async () => ({
    RegionId,
    'InstanceId.1': await instance({ stopped: true }),
  }),
  ModifyInstanceAttachmentAttributes: async () => ({
    RegionId,
    InstanceId: await instance(),
    'PrivatePoolOptions.MatchCriteria': 'Target',
    'PrivatePoolOptions.Id': await reservation({
      'PrivatePoolOptions.MatchCriteria': 'Target',
    }),
  }),
  DescribeInstanceAttachmentAttributes: async () => ({
    RegionId,
    InstanceIds: JSON.stringify([await instance()]),
  }),

  ReserveWindow: () => ({
    RegionId,
    ZoneId: zone,
    InstanceType: TYPE,
    InstanceAmount: 1,
    StartTime: hours(3),
    EndTime: hours(4),
    Description: AWKWARD,
  }),
  ModifyWindow: async () => ({
    RegionId,
    'PrivatePoolOptions.Id': (await window()).PrivatePoolOptionsId,
    EndTime: hours(6),
  }),
  FindWindow: () => ({
    RegionId,
    InstanceType: TYPE,
    InstanceAmount: 3,
    DurationHours: 2,
  }),
  DescribeCapacityTimeline: () => ({
    RegionId,
    ZoneId: zone,
    InstanceType: TYPE,
  }),
  ExplainCapacity: () => ({
    RegionId,
    ZoneId: zone,
    InstanceType: TYPE,
    InstanceAmount: 1000,
  }),

  RegisterHosts: () => ({
    RegionId,
    Hosts: JSON.stringify([{ HostId: fresh('sample'), ZoneId: zone, HostClass: 'g6' }]),
  }),
  DescribeHosts: () => ({ RegionId, HostClass: 'g6', MaxResults: 5 }),
  DrainHosts: async () => ({ RegionId, HostIds: await host() }),
  UndrainHosts: async () => ({ RegionId, HostIds: await host('draining') }),
  FailHosts: async () => ({ RegionId, HostIds: await host() }),
  RemoveHosts: async () => ({ RegionId, HostIds: await host() }),
  DescribePools: () => ({ RegionId, ZoneId: zone }),
  // It stands still then, so that the next sample can set it to the same.
  SetClock: () => ({
    Time: new Date(Date.now() + (made += 1) * 60_000).toISOString().replace(/[.]\d+Z/, 'Z'),
    Runs: false,
  }),
  AdvanceClock: () => ({ Seconds: 1 }),
  // No other sample takes any of it.
  SetStock: () => ({ RegionId, ZoneId: zone, InstanceType: 'ecs.ebmg6.26xlarge', InstanceAmount: 1 }),
  InjectFault: () => ({ ActionName: 'DescribeRegions', DelayMilliseconds: 1, Count: 1 }),
  DescribeFaults: () => ({}),
  ClearFaults: () => ({ ActionName: 'DescribeZones' }),
  Snapshot: () => ({ SnapshotName: 'sample' }),
  DescribeSnapshots: () => ({}),
  // They take from the others what those have prepared.
  Restore: {
    prepare: async () => {
      await call('Snapshot', { SnapshotName: 'sample' });
      return { SnapshotName: 'sample' };
    },
    alone: true,
  },
  Reset: { prepare: () => ({}), alone: true },
  PutHostClass: () => ({
    HostClass: fresh('sample'),
    Vcpus: 64,
    MemoryGib: 256,
  }),
  PutInstanceType: async () => {
    const HostClass = fresh('sample');
    await call('PutHostClass', { HostClass, Vcpus: 64, MemoryGib: 256 });
    return {
      InstanceType: `ecs.${HostClass}.large`,
      HostClass,
      Vcpus: 2,
      MemoryGib: 8,
    };
  },

  CreateAccount: () => ({ AccountName: fresh('sample') }),
  DescribeAccounts: () => ({}),
  CreateAccessKey: async () => ({
    AccountId: await account(),
    Permits: JSON.stringify([{ Actions: ['ecs:Describe*'], Resources: ['*'] }]),
  }),
  DisableAccessKey: async () => ({
    UserAccessKeyId: (await call('CreateAccessKey', { AccountId: await account() })).AccessKeyId,
  }),
};
