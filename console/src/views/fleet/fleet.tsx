// The fleet, for operators: hosts, pools, accounts and keys. Who is none is told so by the server, and here with what to do.

import type { ComponentChildren } from 'preact';
import { address } from '../../router';
import { Empty, Page, Trouble } from '../../ui/basic';
import { Fault } from '../../wire/client';
import { Accounts } from './accounts';
import { Hosts } from './hosts';
import { Pools } from './pools';

const PARTS = [
  { id: 'hosts', name: 'Hosts', shown: <Hosts /> },
  { id: 'pools', name: 'Pools', shown: <Pools /> },
  { id: 'accounts', name: 'Accounts and keys', shown: <Accounts /> },
];

export function Fleet({ part }: { part: string }) {
  return (
    <Page title="Fleet" about="For operators: what stands where, what is short, and who may call.">
      <nav class="tabs" aria-label="Parts of the fleet">
        {PARTS.map((it) => (
          <a
            key={it.id}
            href={address(`fleet/${it.id}`)}
            {...(it.id === part ? { 'aria-current': 'page' as const } : {})}
          >
            {it.name}
          </a>
        ))}
      </nav>
      {PARTS.find((it) => it.id === part)?.shown ?? <Hosts />}
    </Page>
  );
}

/** Says why a part is not shown. */
export function Refused({ error, retry }: { error: Error; retry: () => void }): ComponentChildren {
  if (error instanceof Fault && error.code === 'Forbidden.RAM') {
    return (
      <Empty title="This key may not see the fleet">
        The fleet is for accounts of operators. Sign in with a key of one, or have the operator extend the allow-list of
        this key. <a href={address('errors/Forbidden.RAM')}>More about Forbidden.RAM</a>
      </Empty>
    );
  }
  return <Trouble error={error} retry={retry} />;
}
