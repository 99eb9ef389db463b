// The small parts that every view is made of.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { address } from '../router';
import { Fault } from '../wire/client';

interface Children {
  children?: ComponentChildren;
}

export function Page(props: Children & { title: string; about?: ComponentChildren; actions?: ComponentChildren }) {
  return (
    <main id="main" tabIndex={-1}>
      <header class="page-head">
        <div>
          <h1>{props.title}</h1>
          {props.about && <p class="muted">{props.about}</p>}
        </div>
        {props.actions && <div class="actions">{props.actions}</div>}
      </header>
      {props.children}
    </main>
  );
}

export function Panel(props: Children & { title?: ComponentChildren; aside?: ComponentChildren; class?: string }) {
  return (
    <section class={`panel ${props.class ?? ''}`}>
      {(props.title ?? props.aside) !== undefined && (
        <header class="panel-head">
          <h2>{props.title}</h2>
          {props.aside}
        </header>
      )}
      {props.children}
    </section>
  );
}

/** Tone of a word that says how something is. */
const TONES: Record<string, string> = {
  Active: 'good',
  Running: 'good',
  InService: 'good',
  Preparing: 'wait',
  Prepared: 'wait',
  Pending: 'wait',
  Starting: 'wait',
  Stopping: 'wait',
  Draining: 'warn',
  Stopped: 'off',
  Released: 'off',
  Inactive: 'off',
  Failed: 'bad',
};

export function Status(props: { of: string }) {
  return <span class={`status ${TONES[props.of] ?? 'off'}`}>{props.of}</span>;
}

/** What to show in place of a list that has nothing in it: why, and what to do. */
export function Empty(props: Children & { title: string }) {
  return (
    <div class="empty">
      <strong>{props.title}</strong>
      <p>{props.children}</p>
    </div>
  );
}

/** A fault, with the way to its page. */
export function Trouble(props: { error: Error; retry?: () => void }) {
  const { error } = props;
  const fault = error instanceof Fault ? error : undefined;
  return (
    <div class="trouble" role="alert">
      <strong>{fault ? fault.code : 'Something went wrong in this page'}</strong>
      <p>{error.message}</p>
      <p class="row">
        {fault && fault.status > 0 && <a href={address(`errors/${fault.code}`)}>What it means and what to do</a>}
        {fault?.requestId && <span class="mono muted">RequestId {fault.requestId}</span>}
        {props.retry && (
          <button type="button" onClick={props.retry}>
            Try again
          </button>
        )}
      </p>
    </div>
  );
}

export function Copy(props: { text: string; label?: string }) {
  const [done, setDone] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(props.text);
      setDone(true);
      setTimeout(() => setDone(false), 1500);
    } catch {
      setDone(false);
    }
  };
  return (
    <button type="button" class="quiet copy" onClick={copy}>
      {done ? 'Copied' : (props.label ?? 'Copy')}
    </button>
  );
}

/** Text as it is on the wire, or with `kept` code that may not be broken into other lines. */
export function Code(props: { text: string; label: string; kept?: boolean }) {
  return (
    <div class={`code ${props.kept ? 'kept' : ''}`}>
      <Copy text={props.text} />
      <pre tabIndex={0} role="region" aria-label={props.label}>
        {props.text}
      </pre>
    </div>
  );
}

/** Used of total, as numbers and as a bar. */
export function Meter(props: { used: number; total: number; label: string }) {
  const share = props.total > 0 ? Math.min(1, props.used / props.total) : 0;
  return (
    <span class="meter" title={`${props.used} of ${props.total} ${props.label}`}>
      <span class="num">
        {props.used}/{props.total}
      </span>
      <span class="bar" aria-hidden="true">
        <i style={{ width: `${share * 100}%` }} />
      </span>
    </span>
  );
}

export function Figure(props: { name: string; value: ComponentChildren; about?: string }) {
  return (
    <div class="figure">
      <dt>{props.name}</dt>
      <dd>
        <span>{props.value}</span>
        {props.about && <small>{props.about}</small>}
      </dd>
    </div>
  );
}

export function Skeleton(props: { lines: number }) {
  return (
    <div class="skeleton" aria-hidden="true">
      {Array.from({ length: props.lines }, (_, at) => (
        <i key={at} />
      ))}
    </div>
  );
}
