// One more client of the API: signs a call in the browser, sends it to the server that the console came from, and tells
// what was answered. Knows no operation.

import type { Params } from './encode';
import type { Key } from './key';
import type { Format, Scheme, Signed } from './request';
import { signV1 } from './v1';
import { signV3 } from './v3';
import { ECS } from './versions';

/** An answer as it came. */
export interface Answer {
  signed: Signed;
  status: number;
  requestId: string;
  contentType: string;
  text: string;
  ms: number;
}

/** An answer that says no, or no answer at all (status 0). */
export class Fault extends Error {
  constructor(
    readonly action: string,
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId: string,
  ) {
    super(message);
  }
}

export interface How {
  version: string;
  scheme?: Scheme;
  format?: Format;
}

/** By how much the server's clock is ahead of ours, in milliseconds. Told by the answers' Date. */
let ahead = 0;

export function serverNow(): Date {
  return new Date(Date.now() + ahead);
}

export async function send(key: Key, action: string, params: Params, how: How): Promise<Answer> {
  const answer = await attempt(key, action, params, how);
  if (answer.status >= 400 && answer.text.includes('InvalidTimeStamp.Expired')) {
    // This machine's clock is wrong; the answer has just told the server's.
    return attempt(key, action, params, how);
  }
  return answer;
}

async function attempt(key: Key, action: string, params: Params, how: How): Promise<Answer> {
  const call = {
    action,
    version: how.version,
    params,
    host: location.host,
    at: serverNow(),
    nonce: crypto.randomUUID(),
    format: how.format ?? 'JSON',
  };
  const signed = await (how.scheme === 'V1' ? signV1(call, key) : signV3(call, key));
  const began = performance.now();
  let response: Response;
  let text: string;
  try {
    response = await fetch(signed.target, {
      method: signed.method,
      headers: signed.headers,
      ...(signed.body ? { body: signed.body } : {}),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    });
    text = await response.text();
  } catch {
    throw new Fault(action, 0, 'NoAnswer', 'The server does not answer. Is it running?', '');
  }
  const date = Date.parse(response.headers.get('date') ?? '');
  if (Number.isFinite(date) && Math.abs(date - Date.now()) > 5000) ahead = date - Date.now();
  return {
    signed,
    status: response.status,
    requestId: response.headers.get('x-acs-request-id') ?? '',
    contentType: response.headers.get('content-type') ?? '',
    text,
    ms: performance.now() - began,
  };
}

/** A call whose answer is used rather than shown. */
export async function call<T>(key: Key, action: string, params: Params, version = ECS): Promise<T> {
  const answer = await send(key, action, params, { version });
  const body = JSON.parse(answer.text) as T & { Code?: string; Message?: string };
  if (answer.status >= 400) {
    throw new Fault(action, answer.status, body.Code ?? 'Unknown', body.Message ?? answer.text, answer.requestId);
  }
  return body;
}

/** Pages that are asked for at most, one after another. */
const PAGES_MAX = 50;
/** What that gives at 100 a page. */
export const ITEMS_MAX = PAGES_MAX * 100;

/** All items of a list that comes in pages. */
export async function all<P extends { NextToken?: string }, T>(
  key: Key,
  action: string,
  params: Params,
  items: (page: P) => T[],
  version = ECS,
): Promise<T[]> {
  const found: T[] = [];
  let token = '';
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await call<P>(key, action, token ? { ...params, NextToken: token } : params, version);
    found.push(...items(answer));
    token = answer.NextToken ?? '';
    if (!token) break;
  }
  return found;
}

/** Whether a dry run said yes. */
export function isDryRunYes(fault: unknown): fault is Fault {
  return fault instanceof Fault && (fault.code === 'DryRunOperation' || fault.code === 'DRYRUN.SUCCESS');
}
