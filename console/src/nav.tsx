import { address } from './router';

/** The views, in the order of the navigation; `key` goes there after `g`. */
export const VIEWS = [
  { path: 'reservations', name: 'Reservations', key: 'r', icon: 'M4 6h16M4 12h16M4 18h10' },
  { path: 'timeline', name: 'Timeline', key: 't', icon: 'M3 19V5M3 19h18M6 15l4-5 4 3 6-8' },
  { path: 'fleet', name: 'Fleet', key: 'f', icon: 'M4 5h16v5H4zM4 14h16v5H4zM8 7.5h.01M8 16.5h.01' },
  { path: 'explorer', name: 'Explorer', key: 'e', icon: 'M8 6l-5 6 5 6M16 6l5 6-5 6' },
  { path: 'errors', name: 'Errors', key: 'x', icon: 'M12 8v5M12 16.5v.01M12 3l9.5 17h-19z' },
] as const;

export function Nav({ view }: { view: string }) {
  return (
    <nav class="nav" id="nav" aria-label="Views">
      {VIEWS.map((it) => (
        <a
          key={it.path}
          title={it.name}
          href={address(it.path)}
          {...(it.path === view ? { 'aria-current': 'page' as const } : {})}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d={it.icon} />
          </svg>
          <span>{it.name}</span>
          <kbd aria-hidden="true">g {it.key}</kbd>
        </a>
      ))}
      <a class="licences" href="/console/licences.txt" target="_blank" rel="noopener">
        Licences
      </a>
    </nav>
  );
}
