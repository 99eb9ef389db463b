import { type Ask, type Sample, host, protocol, quoted as json } from './ask';

/** An argument of a resource: its name, and how values become it. */
type Argument = [name: string, write: (values: string[]) => string];

/** HCL reads the escapes of JSON, and templates besides. */
const quoted = (value: string) => json(value).replaceAll('${', '$${').replaceAll('%{', '%%{');
const text = (values: string[]) => quoted(values[0] ?? '');
const list = (values: string[]) => `[${values.map(quoted).join(', ')}]`;

interface Resource {
  type: string;
  arguments: Record<string, Argument>;
}

const SHARED: Record<string, Argument> = {
  'PrivatePoolOptions.Name': ['private_pool_options_name', text],
  Description: ['description', text],
  ResourceGroupId: ['resource_group_id', text],
  InstanceAmount: ['instance_amount', text],
  ZoneId: ['zone_ids', list],
};

/** The operations behind a resource of the official provider that Berth serves in whole. */
const RESOURCES: Record<string, Resource> = {
  CreateCapacityReservation: {
    type: 'alicloud_ecs_capacity_reservation',
    arguments: {
      ...SHARED,
      'PrivatePoolOptions.Name': ['capacity_reservation_name', text],
      'PrivatePoolOptions.MatchCriteria': ['match_criteria', text],
      InstanceType: ['instance_type', text],
      Platform: ['platform', text],
      EndTimeType: ['end_time_type', text],
      EndTime: ['end_time', text],
    },
  },
  CreateElasticityAssurance: {
    type: 'alicloud_ecs_elasticity_assurance',
    arguments: {
      ...SHARED,
      'PrivatePoolOptions.MatchCriteria': ['private_pool_options_match_criteria', text],
      InstanceType: ['instance_type', list],
      Period: ['period', text],
      PeriodUnit: ['period_unit', text],
      AssuranceTimes: ['assurance_times', text],
      StartTime: ['start_time', text],
    },
  },
};

export function terraform(ask: Ask): Sample | undefined {
  const resource = RESOURCES[ask.action];
  if (!resource) return undefined;
  const values = new Map<string, string[]>();
  for (const [name, value] of Object.entries(ask.params)) {
    const plain = name.replace(/\.\d+$/, '');
    values.set(plain, [...(values.get(plain) ?? []), value]);
  }
  const written = [...values].flatMap(([name, found]): [string, string][] => {
    const argument = resource.arguments[name];
    return argument ? [[argument[0], argument[1](found)]] : [];
  });
  const width = Math.max(0, ...written.map(([name]) => name.length));
  const body = written.map(([name, value]) => `  ${name.padEnd(width)} = ${value}\n`).join('');
  return {
    id: 'terraform',
    title: 'Terraform',
    needs: 'Terraform with the provider aliyun/alicloud; the key in ALICLOUD_ACCESS_KEY and ALICLOUD_SECRET_KEY',
    checked: 'Not checked in CI: neither Terraform nor the provider is installed there.',
    code: `terraform {
  required_providers {
    alicloud = { source = "aliyun/alicloud" }
  }
}

provider "alicloud" {
  region   = ${quoted(ask.region)}
  protocol = "${protocol(ask)}"
  endpoints {
    ecs = ${quoted(host(ask))}
  }
}

resource "${resource.type}" "example" {
${body}${tags(ask)}}
`,
  };
}

function tags(ask: Ask): string {
  const pairs = Object.entries(ask.params).flatMap(([name, key]) => {
    const index = /^Tag\.(\d+)\.Key$/.exec(name)?.[1];
    return index ? [`    ${quoted(key)} = ${quoted(ask.params[`Tag.${index}.Value`] ?? '')}\n`] : [];
  });
  return pairs.length ? `  tags = {\n${pairs.join('')}  }\n` : '';
}
