// Signature V3, ACS3-HMAC-SHA256: method, query, headers and body are signed; everything about the signature is headers.

import { canonical, hex, stamp, utf8 } from './encode';
import type { Key } from './key';
import type { Call, Signed } from './request';

const ALGORITHM = 'ACS3-HMAC-SHA256';
/** Longer parameters travel in the body. */
const QUERY_CHARS_MAX = 4000;

export async function signV3(call: Call, key: Key): Promise<Signed> {
  const flat = canonical(call.params);
  const inBody = flat.length > QUERY_CHARS_MAX;
  const [query, body] = inBody ? ['', flat] : [flat, ''];
  const hashed = await digest(body);
  const headers: Record<string, string> = {
    host: call.host,
    'x-acs-action': call.action,
    'x-acs-content-sha256': hashed,
    'x-acs-date': stamp(call.at),
    'x-acs-signature-nonce': call.nonce,
    'x-acs-version': call.version,
  };
  if (key.token) headers['x-acs-security-token'] = key.token;
  if (inBody) headers['content-type'] = 'application/x-www-form-urlencoded';
  const names = Object.keys(headers).sort();
  const canonicalHeaders = names.map((name) => `${name}:${headers[name]?.trim()}\n`).join('');
  const signedHeaders = names.join(';');
  const request = ['POST', '/', query, canonicalHeaders, signedHeaders, hashed].join('\n');
  const text = `${ALGORITHM}\n${await digest(request)}`;
  const signature = hex(await crypto.subtle.sign('HMAC', key.v3, utf8(text)));
  const authorization = `${ALGORITHM} Credential=${key.id},SignedHeaders=${signedHeaders},Signature=${signature}`;
  const { host: _, ...sent } = headers;
  const accept = call.format === 'XML' ? 'application/xml' : 'application/json';
  return {
    method: 'POST',
    target: query ? `/?${query}` : '/',
    headers: { ...sent, accept, authorization },
    body,
    steps: [
      {
        name: 'Canonical query',
        value: query || '(empty: the parameters are in the body)',
        why: 'The parameters, sorted by name; names and values percent-encoded by RFC 3986.',
      },
      {
        name: 'Hash of the body',
        value: hashed,
        why: 'SHA-256 of the body in hexadecimal, also sent as x-acs-content-sha256. An empty body has a hash too.',
      },
      {
        name: 'Canonical headers',
        value: canonicalHeaders,
        why: 'host, content-type and every x-acs- header: names in small letters, sorted, values trimmed, a line each.',
      },
      {
        name: 'Canonical request',
        value: request,
        why: 'Method, path, query, headers, the names of the signed headers, and the hash of the body, a line each.',
      },
      { name: 'String to sign', value: text, why: 'The algorithm, and the SHA-256 of the canonical request.' },
      {
        name: 'Signature',
        value: signature,
        why: 'HMAC-SHA256 of the string to sign with the secret of the access key, in hexadecimal.',
      },
      { name: 'Authorization', value: authorization, why: 'The header that carries it.' },
    ],
  };
}

async function digest(text: string): Promise<string> {
  return hex(await crypto.subtle.digest('SHA-256', utf8(text)));
}
