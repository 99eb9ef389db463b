// What every sample is made from, and how values are written in other languages. Samples are pure text: no browser, no
// secret. They read the key from the environment, by the names that the official clients read.

import type { Params } from '../wire/encode';

export interface Ask {
  action: string;
  version: string;
  params: Params;
  /** Such as `http://127.0.0.1:8526`. */
  endpoint: string;
  region: string;
}

export interface Sample {
  /** Short and stable: it stands in permalinks. */
  id: string;
  title: string;
  /** What has to be there before it runs. */
  needs: string;
  /** How CI sees to it that the sample is right. */
  checked: string;
  code: string;
}

export const KEY_ID = 'ALIBABA_CLOUD_ACCESS_KEY_ID';
export const KEY_SECRET = 'ALIBABA_CLOUD_ACCESS_KEY_SECRET';

export const RUN = 'Run in CI against the server, for every operation.';
export const PARSED = 'Checked for syntax in CI; not run.';

export const host = (ask: Ask) => ask.endpoint.replace(/^https?:\/\//, '');
export const protocol = (ask: Ask) => (ask.endpoint.startsWith('https') ? 'HTTPS' : 'HTTP');

/** Names and values in the order they were asked. */
export const entries = (ask: Ask): [string, string][] => Object.entries(ask.params);

/** A literal of JavaScript, Python, Java and Go alike: all four read the escapes of JSON. */
export const quoted = (text: string) => JSON.stringify(text);

/** Between single quotes of a POSIX shell. */
export const shell = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** A line for each parameter, made by `line`, or nothing. */
export const lines = (ask: Ask, line: (name: string, value: string) => string) =>
  entries(ask)
    .map(([name, value]) => line(name, value))
    .join('');
