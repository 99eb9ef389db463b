// An access key as the browser keeps it: two keys of WebCrypto that can sign and cannot be read back. The secret itself
// is forgotten once they are made; nothing of it is stored, logged or put into an address.

import { utf8 } from './encode';

export interface Key {
  id: string;
  token?: string;
  /** HMAC-SHA256 with the secret: signature V3. */
  v3: CryptoKey;
  /** HMAC-SHA1 with the secret and `&`: signature V1. */
  v1: CryptoKey;
}

/** WebCrypto is there on HTTPS and on this machine's own addresses alone. */
export function canSign(): boolean {
  return typeof crypto !== 'undefined' && crypto.subtle !== undefined;
}

export async function keyOf(id: string, secret: string, token?: string): Promise<Key> {
  const hmac = (text: string, hash: string) =>
    crypto.subtle.importKey('raw', utf8(text), { name: 'HMAC', hash }, false, ['sign']);
  const [v3, v1] = await Promise.all([hmac(secret, 'SHA-256'), hmac(`${secret}&`, 'SHA-1')]);
  return token ? { id, token, v3, v1 } : { id, v3, v1 };
}
