// What there is to know of an operation beside its form.

import type { Operation } from '../../data/operations';
import { address } from '../../router';
import { Prose } from '../../ui/prose';

export function Reference({ operation }: { operation: Operation }) {
  const { version, action, access, resource, notes, fields, faults, ignored } = operation;
  return (
    <div class="reference">
      <dl class="facts">
        <dt>Version</dt>
        <dd class="mono">{version}</dd>
        {operation.operator && (
          <>
            <dt>For</dt>
            <dd>accounts of operators alone</dd>
          </>
        )}
        <dt>Allow-lists</dt>
        <dd class="mono">
          {action} ({access})
        </dd>
        {resource && (
          <>
            <dt>Resource</dt>
            <dd class="mono">{resource}</dd>
          </>
        )}
      </dl>
      {notes.length > 0 && (
        <>
          <h3>To know</h3>
          <ul>
            {notes.map((it) => (
              <li key={it}>
                <Prose text={it} />
              </li>
            ))}
          </ul>
        </>
      )}
      <h3>Fields of the answer</h3>
      <ul class="fields">
        {fields.map((it) => (
          <li key={it.path}>
            <code>{it.path}</code> <span class="kind">{it.type}</span>
          </li>
        ))}
      </ul>
      {ignored.length > 0 && <p class="muted">Taken and ignored: {ignored.join(', ')}.</p>}
      <h3>Faults</h3>
      <ul class="fields">
        {faults.map((it) => (
          <li key={`${it.code} ${it.message} ${it.when}`}>
            <span class="num">{it.status}</span> <a href={address(`errors/${it.code}`)}>{it.code}</a>{' '}
            <span class="muted">
              <Prose text={it.when} />
            </span>
          </li>
        ))}
      </ul>
      <p class="muted">And the faults that every call can meet.</p>
    </div>
  );
}
