// Accounts and their keys: making them, and disabling a key. A secret is shown once, here and nowhere else.

import { useState } from 'preact/hooks';
import { type Account, accounts } from '../../data/fleet';
import { useLoad } from '../../load';
import { address } from '../../router';
import { useKey } from '../../session';
import { Copy, Panel, Skeleton, Status, Trouble } from '../../ui/basic';
import { Dialog } from '../../ui/dialog';
import { Field } from '../../ui/field';
import { shown } from '../../ui/time';
import { call } from '../../wire/client';
import { BERTH } from '../../wire/versions';
import { Refused } from './fleet';

type Asking = { what: 'account' } | { what: 'key'; account: string } | { what: 'disable'; key: string };

export function Accounts() {
  const key = useKey();
  const [asking, setAsking] = useState<Asking>();
  const { value, error, reload } = useLoad(() => (key ? accounts(key) : Promise.resolve([])), [key?.id]);
  if (error && !value) return <Refused error={error} retry={reload} />;
  if (!value) return <Skeleton lines={8} />;
  return (
    <>
      <div class="row end">
        <button type="button" class="primary" onClick={() => setAsking({ what: 'account' })}>
          New account
        </button>
      </div>
      {value.map((it) => (
        <AccountShown key={it.AccountId} account={it} ask={setAsking} />
      ))}
      {asking && <Ask key={asking.what} asking={asking} close={() => setAsking(undefined)} done={reload} />}
    </>
  );
}

function AccountShown({ account, ask }: { account: Account; ask: (what: Asking) => void }) {
  const mine = useKey()?.id;
  return (
    <Panel
      title={
        <>
          {account.AccountName || 'Unnamed'} <span class="mono muted">{account.AccountId}</span>{' '}
          {account.Operator && <span class="tag">operator</span>}
        </>
      }
      aside={
        <button type="button" onClick={() => ask({ what: 'key', account: account.AccountId })}>
          New key
        </button>
      }
    >
      <ul class="keys">
        {account.AccessKeys.AccessKey.map((it) => (
          <li key={it.AccessKeyId}>
            <span class="mono">{it.AccessKeyId}</span>
            <Status of={it.Status} />
            <span class="muted">from {it.Source === 'Configuration' ? 'the configuration' : 'an operation'}</span>
            {it.Restricted && <span class="tag">allow-list</span>}
            {it.ExpirationTime && <span class="muted">until {shown(it.ExpirationTime)}</span>}
            <span class="grow" />
            <button
              type="button"
              disabled={it.Status !== 'Active' || it.AccessKeyId === mine}
              title={it.AccessKeyId === mine ? 'This page signs with it' : ''}
              onClick={() => ask({ what: 'disable', key: it.AccessKeyId })}
            >
              Disable…
            </button>
          </li>
        ))}
        {account.AccessKeys.AccessKey.length === 0 && <li class="muted">No key: nobody can call for this account.</li>}
      </ul>
    </Panel>
  );
}

interface Made {
  AccountId?: string;
  AccessKeyId?: string;
  AccessKeySecret?: string;
}

function Ask({ asking, close, done }: { asking: Asking; close: () => void; done: () => void }) {
  const key = useKey();
  const [name, setName] = useState('');
  const [operator, setOperator] = useState('false');
  const [made, setMade] = useState<Made>();
  const [error, setError] = useState<Error>();
  const title = { account: 'New account', key: 'New key', disable: 'Disable the key?' }[asking.what];
  const send = async () => {
    if (!key) return;
    const [action, params] =
      asking.what === 'account'
        ? ['CreateAccount', { AccountName: name, Operator: operator }]
        : asking.what === 'key'
          ? ['CreateAccessKey', { AccountId: asking.account }]
          : ['DisableAccessKey', { UserAccessKeyId: asking.key }];
    try {
      const answer = await call<Made>(key, action, params as Record<string, string>, BERTH);
      done();
      if (asking.what === 'key') setMade(answer);
      else close();
    } catch (fault) {
      setError(fault as Error);
    }
  };
  return (
    <Dialog title={title} close={close}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        {asking.what === 'account' && (
          <>
            <Field label="Name" value={name} change={setName} required />
            <Field label="Operator" value={operator} change={setOperator} values={['false', 'true']} />
          </>
        )}
        {asking.what === 'key' && !made && (
          <p>
            The key may do everything its account may. For one with an allow-list use{' '}
            <a href={address('explorer/CreateAccessKey', { AccountId: asking.account })}>CreateAccessKey</a> with
            Permits.
          </p>
        )}
        {asking.what === 'disable' && (
          <p>
            <span class="mono">{asking.key}</span> signs nothing from the next request on. It cannot be enabled again by
            an operation.
          </p>
        )}
        {made && (
          <div role="status">
            <p>The secret is shown this once and never again.</p>
            <p class="mono">
              {made.AccessKeyId}
              <br />
              {made.AccessKeySecret} <Copy text={made.AccessKeySecret ?? ''} />
            </p>
          </div>
        )}
        {error && <Trouble error={error} />}
        <div class="row">
          {!made && (
            <button type="submit" class={asking.what === 'disable' ? 'danger' : 'primary'}>
              {asking.what === 'disable' ? 'Disable it' : 'Make it'}
            </button>
          )}
          <button type="button" onClick={close}>
            {made ? 'I have noted it' : 'Leave as it is'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
