// What both signatures have in common: a call that is to be signed, and the signed request with each step that led to it.

import type { Params } from './encode';

export interface Call {
  action: string;
  version: string;
  params: Params;
  host: string;
  at: Date;
  nonce: string;
  format: Format;
}

export type Format = 'JSON' | 'XML';
export type Scheme = 'V3' | 'V1';

/** One step of a signature: what it is called, what came out, and why it is so. */
export interface Step {
  name: string;
  value: string;
  why: string;
}

export interface Signed {
  method: 'POST';
  /** Path and query. */
  target: string;
  headers: Record<string, string>;
  body: string;
  steps: Step[];
}
