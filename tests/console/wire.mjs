// The console's own signer as a client of Node, for preparing what tests need. `lib.mjs` is the console's sources,
// bundled by console/build.mjs --lib.

import { randomUUID } from 'node:crypto';
import { keyOf, signV3 } from './lib.mjs';

export const endpoint = process.env.BERTH_ENDPOINT;
export const region = 'cn-hangzhou';
export const zone = 'cn-hangzhou-h';

const key = await keyOf(process.env.ALIBABA_CLOUD_ACCESS_KEY_ID, process.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET);
const BERTH = /Window|Timeline|Explain|History|Host|Pools|Account|AccessKey|PutInstanceType|Snapshot/;

/** Calls an operation and gives its answer, or throws what it was refused with. */
export async function call(action, params = {}) {
  const { host } = new URL(endpoint);
  const version = BERTH.test(action) ? '2026-11-01' : '2014-05-26';
  const flat = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));
  const signed = await signV3(
    {
      action,
      version,
      params: flat,
      host,
      at: new Date(),
      nonce: randomUUID(),
      format: 'JSON',
    },
    key,
  );
  const { method, headers, body } = signed;
  const answer = await fetch(endpoint + signed.target, {
    method,
    headers,
    ...(body ? { body } : {}),
  });
  const told = await answer.json();
  if (answer.status !== 200) throw new Error(`${action}: ${answer.status} ${told.Code}: ${told.Message}`);
  return told;
}
