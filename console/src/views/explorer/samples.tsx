// Sample code with the parameters of the form.

import type { Operation } from '../../data/operations';
import { amend, usePlace } from '../../router';
import { samples } from '../../samples';
import { Code } from '../../ui/basic';
import type { Params } from '../../wire/encode';
import { useRegion } from '../../world';

export function Samples({ operation, params }: { operation: Operation; params: Params }) {
  const { query } = usePlace();
  const region = useRegion() || 'cn-hangzhou';
  const { name: action, version } = operation;
  const made = samples({ action, version, params, endpoint: location.origin, region });
  const chosen = made.find((it) => it.id === query.get('lang')) ?? made[0];
  if (!chosen) return null;
  return (
    <>
      <div class="choose" role="group" aria-label="Language">
        {made.map((it) => (
          <button type="button" key={it.id} aria-pressed={it === chosen} onClick={() => amend({ lang: it.id })}>
            {it.title}
          </button>
        ))}
      </div>
      <Code text={chosen.code} label={`${chosen.title} sample`} kept />
      <p class="muted small">
        Needs: {chosen.needs}. {chosen.checked}
      </p>
    </>
  );
}
