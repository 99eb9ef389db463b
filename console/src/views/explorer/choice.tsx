// Every operation of the table, grouped and searched. On a narrow screen a plain choice.

import { useState } from 'preact/hooks';
import { GROUP_ORDER, type Operation, groupOf } from '../../data/operations';
import { address, go } from '../../router';

interface Props {
  operations: Operation[];
  chosen: string | undefined;
}

export function Choice({ operations, chosen }: Props) {
  const [words, setWords] = useState('');
  const fits = (it: Operation) => `${it.name} ${it.summary}`.toLowerCase().includes(words.toLowerCase().trim());
  const groups = GROUP_ORDER.map((group) => ({
    group,
    items: operations.filter((it) => groupOf(it.name) === group && fits(it)),
  })).filter((it) => it.items.length > 0);
  return (
    <aside class="choice" aria-label="Operations">
      <label class="only-narrow">
        Operation
        <select value={chosen ?? ''} onChange={(event) => go(`explorer/${event.currentTarget.value}`)}>
          <option value="" disabled>
            Choose one
          </option>
          {operations.map((it) => (
            <option key={it.name}>{it.name}</option>
          ))}
        </select>
      </label>
      <div class="hide-narrow">
        <input
          type="search"
          aria-label="Search operations"
          placeholder="Search operations"
          value={words}
          onInput={(event) => setWords(event.currentTarget.value)}
        />
        {groups.length === 0 && <p class="muted">No operation has these words in its name or summary.</p>}
        {groups.map(({ group, items }) => (
          <section key={group}>
            <h2>{group}</h2>
            <ul>
              {items.map((it) => (
                <li key={it.name}>
                  <a
                    href={address(`explorer/${it.name}`)}
                    title={it.summary}
                    {...(it.name === chosen ? { 'aria-current': 'page' as const } : {})}
                  >
                    {it.name}
                    {it.operator && <span class="tag">operator</span>}
                  </a>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </aside>
  );
}
