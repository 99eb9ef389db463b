// How names and values are written into what is signed and sent. RFC 3986: all but letters, digits and -_.~ is escaped.

const ESCAPED = /[!'()*]/g;

export function percent(text: string): string {
  return encodeURIComponent(text).replace(ESCAPED, (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`);
}

export type Params = Record<string, string>;

/** Parameters in the order of their names' bytes, joined as a query. */
export function canonical(params: Params): string {
  const names = Object.keys(params).sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
  return names.map((name) => `${percent(name)}=${percent(params[name] ?? '')}`).join('&');
}

export function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function base64(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
}

/** `2026-11-24T11:30:00Z` */
export function stamp(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}
