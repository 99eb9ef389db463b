// Signature V1, HMAC-SHA1: only parameters are signed, and the signature is one more parameter. Older clients use it.

import { base64, canonical, percent, stamp, utf8 } from './encode';
import type { Key } from './key';
import type { Call, Signed } from './request';

export async function signV1(call: Call, key: Key): Promise<Signed> {
  const params = {
    ...call.params,
    Action: call.action,
    Version: call.version,
    Format: call.format,
    AccessKeyId: key.id,
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: call.nonce,
    Timestamp: stamp(call.at),
    ...(key.token ? { SecurityToken: key.token } : {}),
  };
  const query = canonical(params);
  const text = `POST&${percent('/')}&${percent(query)}`;
  const signature = base64(await crypto.subtle.sign('HMAC', key.v1, utf8(text)));
  const body = `${query}&Signature=${percent(signature)}`;
  return {
    method: 'POST',
    target: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
    steps: [
      {
        name: 'Canonical query',
        value: query,
        why: "The operation's parameters and those of the signature, sorted by name, percent-encoded by RFC 3986.",
      },
      {
        name: 'String to sign',
        value: text,
        why: 'The method, the path encoded, and the canonical query encoded once more, joined by &.',
      },
      {
        name: 'Signature',
        value: signature,
        why: 'HMAC-SHA1 of the string to sign with the secret of the access key and an & after it, in Base64.',
      },
      { name: 'Body', value: body, why: 'The canonical query with the signature, encoded, as its last parameter.' },
    ],
  };
}
