// Addresses: what is shown stands in the path below /console, its state in the query. Nothing secret ever does.

import { store, useStore } from './store';

export interface Place {
  /** Parts of the path below `/console`, decoded. */
  path: string[];
  query: URLSearchParams;
}

const BASE = '/console';

function here(): Place {
  const parts = location.pathname.slice(BASE.length).split('/').filter(Boolean);
  return { path: parts.map(decoded), query: new URLSearchParams(location.search) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const place = store<Place>(here());
addEventListener('popstate', () => place.set(here()));

export const usePlace = () => useStore(place);

export type Query = Record<string, string | undefined>;

/** The address of a place. The region goes along. */
export function address(path: string, query: Query = {}): string {
  const region = place.get().query.get('region');
  const all: Query = { ...(region ? { region } : {}), ...query };
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(all)) if (value) params.set(name, value);
  const text = params.toString();
  return `${BASE}/${path}${text ? `?${text}` : ''}`;
}

export function go(path: string, query: Query = {}): void {
  history.pushState(null, '', address(path, query));
  place.set(here());
  scrollTo(0, 0);
}

/** Changes the state of what is shown, without a step of the browser's history. */
export function amend(changes: Query): void {
  const { query } = here();
  for (const [name, value] of Object.entries(changes)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  const text = query.toString();
  history.replaceState(null, '', `${location.pathname}${text ? `?${text}` : ''}`);
  place.set(here());
}

/** Follows links within the console without loading it anew. */
addEventListener('click', (event) => {
  const link = (event.target as Element | null)?.closest?.('a');
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !plain || event.defaultPrevented || link.target || link.origin !== location.origin) return;
  if (link.pathname !== BASE && !link.pathname.startsWith(`${BASE}/`)) return;
  if (link.hash && link.pathname === location.pathname) return;
  event.preventDefault();
  history.pushState(null, '', link.href);
  place.set(here());
  scrollTo(0, 0);
});
