// The form of an operation, made from its description. What is filled in goes into the address at once.

import type { Operation, Parameter } from '../../data/operations';
import { amend } from '../../router';
import { Field } from '../../ui/field';
import { Prose } from '../../ui/prose';
import { parsed, wire } from '../../ui/time';
import { serverNow } from '../../wire/client';
import type { Params } from '../../wire/encode';
import { useRegion, useWorld } from '../../world';
import { type Entry, bounds, entriesOf, itemsOf, problem, wireName } from './parameters';

export function Form({ operation, params }: { operation: Operation; params: Params }) {
  const entries = entriesOf(operation);
  if (entries.length === 0) return <p class="muted">It takes no parameters.</p>;
  const required = entries.filter((it) => it.required);
  const others = entries.filter((it) => !it.required);
  const filled = others.filter((it) => it.fields.some((field) => params[wireName(field, 1)])).length;
  return (
    <>
      {required.map((it) => (
        <EntryShown key={it.name} entry={it} params={params} />
      ))}
      {others.length > 0 && (
        <details open={filled > 0 || required.length < 2}>
          <summary>{others.length} more, none of them required</summary>
          {others.map((it) => (
            <EntryShown key={it.name} entry={it} params={params} />
          ))}
        </details>
      )}
      {examples(operation).length > 0 && (
        <div>
          <button type="button" onClick={() => amend(Object.fromEntries(examples(operation)))}>
            Fill in examples
          </button>
        </div>
      )}
    </>
  );
}

function EntryShown({ entry, params }: { entry: Entry; params: Params }) {
  if (!entry.list) {
    return (
      <>
        {entry.fields.map((it) => (
          <Input key={it.name} parameter={it} name={it.name} params={params} />
        ))}
      </>
    );
  }
  const count = Math.max(1, itemsOf(entry, params));
  const [first] = entry.fields;
  const most = first?.countMax ?? 100;
  const next = first && wireName(first, count + 1);
  const full = entry.fields.some((it) => params[wireName(it, count)]);
  return (
    <fieldset>
      <legend class="mono">{entry.name}</legend>
      {Array.from({ length: count }, (_, at) => (
        <div class="item" key={at}>
          {entry.fields.map((it) => (
            <Input key={it.name} parameter={it} name={wireName(it, at + 1)} params={params} />
          ))}
        </div>
      ))}
      {count < most && next && (
        <button type="button" class="quiet" disabled={!full} onClick={() => amend({ [next]: ' ' })}>
          One more
        </button>
      )}
    </fieldset>
  );
}

function Input({ parameter, name, params }: { parameter: Parameter; name: string; params: Params }) {
  const proposals = useProposals(name);
  const value = params[name] ?? '';
  const label = (
    <>
      <span class="mono">{name}</span>
      {parameter.required && <span class="required"> required</span>}
      <span class="kind">{parameter.type}</span>
    </>
  );
  const said = bounds(parameter);
  const hint = <Prose text={`${parameter.about}${said ? ` (${said})` : ''}`} />;
  const values = parameter.type === 'boolean' ? ['true', 'false'] : parameter.values;
  return (
    <Field
      label={label}
      value={value}
      change={(it) => amend({ [name]: it })}
      hint={hint}
      problem={problem(parameter, value)}
      {...(values ? { values, none: parameter.required ? 'Choose one' : 'Not sent' } : {})}
      {...(proposals ? { list: proposals } : {})}
    />
  );
}

/** What the fleet has for a field of this name. */
function useProposals(name: string): string[] | undefined {
  const world = useWorld();
  const region = useRegion();
  if (!world) return undefined;
  if (name === 'RegionId') return world.regions;
  if (/^ZoneId(\.\d+)?$/.test(name)) return Object.keys(world.zones[region] ?? {});
  if (/^InstanceTypes?(\.\d+)?$/.test(name)) return world.types.map((it) => it.InstanceTypeId);
  return undefined;
}

function examples(operation: Operation): [string, string][] {
  const known = operation.parameters.filter((it) => it.example && it.name !== 'RegionId' && it.name !== 'ClientToken');
  return known.map((it): [string, string] => [wireName(it, 1), moved(it.example ?? '')]);
}

/** The hour at which the stories begin that the examples are taken from. */
const STORY = parsed('2026-11-23T02:00:00Z') ?? 0;

/** A time of an example as far from now as it is from the beginning of its story, to the hour. */
function moved(example: string): string {
  const at = /^\d{4}-\d\d-\d\dT[\d:]+Z$/.test(example) ? parsed(example) : undefined;
  if (at === undefined) return example;
  const now = Math.ceil(serverNow().getTime() / 3_600_000) * 3600;
  return wire(now + Math.max(0, Math.round((at - STORY) / 3600)) * 3600);
}
