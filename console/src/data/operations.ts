// What the server can be asked, as `operations.json` tells it: made from the contract, which the server's table is held
// against. Loaded once.

export interface Parameter {
  name: string;
  type: 'string' | 'integer' | 'number' | 'boolean';
  about: string;
  required?: boolean;
  values?: string[];
  minimum?: number;
  maximum?: number;
  lengthMin?: number;
  lengthMax?: number;
  countMax?: number;
  default?: string;
  example?: string;
}

export interface FaultRow {
  status: number;
  code: string;
  message: string;
  when: string;
}

export interface Operation {
  name: string;
  version: string;
  summary: string;
  operator: boolean;
  access: string;
  action: string;
  resource: string;
  notes: string[];
  ignored: string[];
  parameters: Parameter[];
  fields: { path: string; type: string }[];
  faults: FaultRow[];
}

export interface Operations {
  checks: string[];
  common: Parameter[];
  operations: Operation[];
}

export interface ErrorRow {
  operation: string | null;
  status: number;
  message: string;
  when: string | null;
}

export interface ErrorPage {
  code: string;
  advice: string;
  rows: ErrorRow[];
}

function once<T>(address: string): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= fetch(address).then((it) => (it.ok ? (it.json() as Promise<T>) : Promise.reject(new Error(address))));
    return loading;
  };
}

export const operations = once<Operations>('/console/operations.json');
export const errors = once<{ errors: ErrorPage[] }>('/console/errors.json');

/** What an operation is about, for the list of the explorer: the first pattern that its name fits. */
const GROUPS: [string, RegExp][] = [
  ['Windows and capacity', /Window|CapacityTimeline|ExplainCapacity/],
  ['Reservations', /CapacityReservation/],
  ['Elasticity assurances', /ElasticityAssurance/],
  ['Hosts and pools', /Host|Pools|PutInstanceType/],
  ['Accounts and keys', /Account|AccessKey/],
  ['Tags', /Tag/],
  ['Regions and types', /Region|Zone|InstanceType|AvailableResource/],
  ['Instances', /Instance/],
];

export function groupOf(name: string): string {
  return GROUPS.find(([, pattern]) => pattern.test(name))?.[0] ?? 'Others';
}

export const GROUP_ORDER = [
  'Reservations',
  'Windows and capacity',
  'Instances',
  'Elasticity assurances',
  'Regions and types',
  'Tags',
  'Hosts and pools',
  'Accounts and keys',
  'Others',
];
