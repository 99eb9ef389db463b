// The bar at the top: the region, the theme, and who is signed in.

import { useState } from 'preact/hooks';
import { address, amend } from './router';
import { askForKey, signOut, useKey } from './session';
import { useRegion, useWorld } from './world';

export function Top({ menu, toggle }: { menu: boolean; toggle: () => void }) {
  const key = useKey();
  return (
    <header class="top">
      <button
        type="button"
        class="quiet burger"
        aria-label="Views"
        aria-expanded={menu}
        aria-controls="nav"
        onClick={toggle}
      >
        ☰
      </button>
      <a class="brand" aria-label="Berth" href={address('reservations')}>
        <img src="/console/icon.svg" alt="" width="22" height="22" />
        <span>Berth</span>
      </a>
      <span class="grow" />
      {key && <RegionChoice />}
      <Theme />
      {key ? (
        <span class="who">
          <span class="mono" title="The access key that signs; it is in this page's memory alone">
            {key.id}
          </span>
          <button type="button" class="quiet" onClick={signOut}>
            Forget key
          </button>
        </span>
      ) : (
        <button type="button" onClick={() => askForKey(true)}>
          Sign in
        </button>
      )}
    </header>
  );
}

function RegionChoice() {
  const world = useWorld();
  const region = useRegion();
  if (!world) return null;
  return (
    <label class="region">
      <span class="hide-narrow muted">Region</span>
      <select aria-label="Region" value={region} onChange={(event) => amend({ region: event.currentTarget.value })}>
        {world.regions.map((it) => (
          <option key={it} value={it}>
            {it}
          </option>
        ))}
      </select>
    </label>
  );
}

function Theme() {
  const root = document.documentElement;
  const dark = () =>
    root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  const [isDark, setDark] = useState(dark());
  const change = () => {
    const next = isDark ? 'light' : 'dark';
    root.dataset.theme = next;
    setDark(!isDark);
    try {
      localStorage.setItem('berth-theme', next);
    } catch {
      // Not kept then.
    }
    dispatchEvent(new Event('themechange'));
  };
  return (
    <button type="button" class="quiet" aria-label={isDark ? 'Light theme' : 'Dark theme'} onClick={change}>
      {isDark ? '☀' : '☾'}
    </button>
  );
}
