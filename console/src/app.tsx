// The frame around every view, and which view an address shows.

import { useEffect, useState } from 'preact/hooks';
import { useShortcuts } from './keyboard';
import { Nav, VIEWS } from './nav';
import { usePlace } from './router';
import { useKey } from './session';
import { SignIn, SignInDialog } from './signin';
import { Top } from './top';
import { ErrorList } from './views/errors/list';
import { ErrorShown } from './views/errors/page';
import { Explorer } from './views/explorer/explorer';
import { Fleet } from './views/fleet/fleet';
import { ReservationShown } from './views/reservations/detail';
import { Reservations } from './views/reservations/list';
import { Timeline } from './views/timeline/timeline';
import { WorldGate } from './world';

export function App() {
  const { path } = usePlace();
  const [menu, setMenu] = useState(false);
  const view = path[0] ?? 'reservations';
  useShortcuts();
  useEffect(() => {
    setMenu(false);
    const name = VIEWS.find((it) => it.path === view)?.name ?? 'Berth';
    document.title = `${path[1] ? `${path[1]} · ` : ''}${name} · Berth`;
  }, [path.join('/')]);
  return (
    <div class={`frame ${menu ? 'menu-open' : ''} ${view === 'explorer' ? 'slim' : ''}`}>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Top menu={menu} toggle={() => setMenu(!menu)} />
      <Nav view={view} />
      <Shown view={view} path={path} />
      <SignInDialog />
    </div>
  );
}

function Shown({ view, path }: { view: string; path: string[] }) {
  const key = useKey();
  // What needs no key is shown without one.
  if (view === 'errors') return path[1] ? <ErrorShown code={path[1]} /> : <ErrorList />;
  if (view === 'explorer') return <Explorer name={path[1]} />;
  if (!key) return <SignIn />;
  const views = {
    reservations: path[1] ? <ReservationShown id={path[1]} /> : <Reservations />,
    timeline: <Timeline />,
    fleet: <Fleet part={path[1] ?? 'hosts'} />,
  };
  const shown = views[view as keyof typeof views];
  return <WorldGate>{shown ?? <Reservations />}</WorldGate>;
}
