// A labelled input with what there is to say about it.

import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface Props {
  label: ComponentChildren;
  value: string;
  change: (value: string) => void;
  values?: readonly string[];
  /** Proposals; other values may be typed. */
  list?: readonly string[];
  /** Shown for no value at all. */
  none?: string;
  type?: string;
  hint?: ComponentChildren;
  problem?: string | undefined;
  required?: boolean;
  placeholder?: string;
  step?: string;
  min?: number;
  max?: number;
  rows?: number;
}

export function Field(props: Props) {
  const id = useId();
  const hint = props.hint ? `${id}-hint` : undefined;
  const problem = props.problem ? `${id}-problem` : undefined;
  const said = [hint, problem].filter(Boolean).join(' ');
  const common = {
    id,
    required: props.required ?? false,
    'aria-invalid': props.problem ? true : undefined,
    ...(said ? { 'aria-describedby': said } : {}),
  };
  const typed = (event: Event) => props.change((event.currentTarget as HTMLInputElement).value);
  let input;
  if (props.values) {
    input = (
      <select {...common} value={props.value} onChange={typed}>
        {props.none !== undefined && <option value="">{props.none}</option>}
        {props.values.map((value) => (
          <option key={value} value={value}>
            {value}
          </option>
        ))}
      </select>
    );
  } else if (props.rows) {
    input = <textarea {...common} rows={props.rows} value={props.value} onInput={typed} spellcheck={false} />;
  } else {
    input = (
      <input
        {...common}
        type={props.type ?? 'text'}
        value={props.value}
        onInput={typed}
        placeholder={props.placeholder ?? ''}
        autocomplete="off"
        spellcheck={false}
        {...(props.list ? { list: `${id}-list` } : {})}
        {...(props.step ? { step: props.step } : {})}
        {...(props.min !== undefined ? { min: props.min } : {})}
        {...(props.max !== undefined ? { max: props.max } : {})}
      />
    );
  }
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      {input}
      {props.list && (
        <datalist id={`${id}-list`}>
          {props.list.map((it) => (
            <option key={it} value={it} />
          ))}
        </datalist>
      )}
      {props.problem && (
        <small class="problem" id={problem}>
          {props.problem}
        </small>
      )}
      {props.hint && (
        <small class="muted" id={hint}>
          {props.hint}
        </small>
      )}
    </div>
  );
}
