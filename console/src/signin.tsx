// Where the key is given. It is tried with one call that everyone may make, and then kept in memory alone.

import { useState } from 'preact/hooks';
import { askForKey, signIn, useAsking } from './session';
import { Trouble } from './ui/basic';
import { Dialog } from './ui/dialog';
import { Field } from './ui/field';
import { call } from './wire/client';
import { canSign, keyOf } from './wire/key';
import { forgetWorld } from './world';

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
/** What `berth dev` prints for everyone to see. */
const DEV = { id: 'berth-dev', secret: 'berth-dev-secret' };

/** In place of a view that needs a key. */
export function SignIn() {
  return (
    <main id="main" tabIndex={-1} class="sign-in">
      <div class="panel">
        <h1>{canSign() ? 'Sign with an access key' : 'This page cannot sign'}</h1>
        {canSign() ? <KeyForm /> : <Insecure />}
      </div>
    </main>
  );
}

/** Over a view that works without one. */
export function SignInDialog() {
  if (!useAsking()) return null;
  return (
    <Dialog title="Sign with an access key" close={() => askForKey(false)}>
      {canSign() ? <KeyForm /> : <Insecure />}
    </Dialog>
  );
}

function KeyForm() {
  const [id, setId] = useState('');
  const [secret, setSecret] = useState('');
  const [token, setToken] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const enter = async (keyId: string, keySecret: string) => {
    setBusy(true);
    setError(undefined);
    try {
      const key = await keyOf(keyId.trim(), keySecret.trim(), token.trim() || undefined);
      await call(key, 'DescribeRegions', {});
      setSecret('');
      forgetWorld();
      signIn(key);
    } catch (fault) {
      setError(fault as Error);
    }
    setBusy(false);
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void enter(id, secret);
      }}
    >
      <p class="muted">
        Requests are signed here, in your browser. The key stays in this page's memory: it is never stored, and loading
        the page anew forgets it.
      </p>
      <Field label="AccessKey ID" value={id} change={setId} required />
      <Field label="AccessKey secret" value={secret} change={setSecret} type="password" required />
      <details>
        <summary>It is a temporary key</summary>
        <Field label="Security token" value={token} change={setToken} type="password" />
      </details>
      {error && <Trouble error={error} />}
      <div class="row">
        <button type="submit" class="primary" disabled={busy || !id || !secret}>
          {busy ? 'Trying the key…' : 'Sign in'}
        </button>
        {LOOPBACK.test(location.hostname) && (
          <button type="button" disabled={busy} onClick={() => void enter(DEV.id, DEV.secret)}>
            Use the key of berth dev
          </button>
        )}
      </div>
    </form>
  );
}

function Insecure() {
  return (
    <>
      <p>
        Browsers offer cryptography to pages that came over HTTPS, or from this very machine by a loopback address. This
        one came over plain HTTP from {location.host}.
      </p>
      <p>
        Give Berth a certificate (<code>server.tls_certificate</code> and <code>server.tls_key</code>), or open a tunnel
        and use <code>http://127.0.0.1</code>. The error centre works without a key.
      </p>
    </>
  );
}
