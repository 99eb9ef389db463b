// Parameters of a form: which belong to one list, what is missing, and what is wrong with a value before it is sent.
// Only hints: the server decides, and everything may be sent to it.

import type { Operation, Parameter } from '../../data/operations';
import type { Params } from '../../wire/encode';

/** A parameter by itself, or the fields of a list whose items are counted from 1. */
export interface Entry {
  /** Its name, or the list's. */
  name: string;
  list: boolean;
  required: boolean;
  fields: Parameter[];
}

export function entriesOf(operation: Operation): Entry[] {
  const found = new Map<string, Entry>();
  for (const parameter of operation.parameters) {
    const [list] = parameter.name.split(/\.N(?=\.|$)/, 1);
    const isList = list !== undefined && list !== parameter.name;
    const name = isList ? list : parameter.name;
    const entry = found.get(name) ?? { name, list: isList, required: false, fields: [] };
    entry.fields.push(parameter);
    entry.required ||= parameter.required ?? false;
    found.set(name, entry);
  }
  return [...found.values()].sort((left, right) => Number(right.required) - Number(left.required));
}

/** The wire name of a parameter in item `at` of its list. A list within it has one item here. */
export function wireName(parameter: Parameter, at: number): string {
  return parameter.name.replace(/\.N(?=\.|$)/, `.${at}`).replace(/\.N(?=\.|$)/, '.1');
}

/** How many items of a list the parameters have. */
export function itemsOf(entry: Entry, params: Params): number {
  const counts = Object.keys(params).map((name) => {
    const rest = name.startsWith(`${entry.name}.`) ? name.slice(entry.name.length + 1) : '';
    return Number(/^(\d+)(\.|$)/.exec(rest)?.[1] ?? 0);
  });
  return Math.max(0, ...counts);
}

/** What is sent: items that were opened and not filled in are not. */
export function filled(params: Params): Params {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value.trim() !== ''));
}

export function missing(operation: Operation, params: Params): string[] {
  const required = operation.parameters.filter((it) => it.required).map((it) => wireName(it, 1));
  return required.filter((name) => !params[name]);
}

export function problem(parameter: Parameter, value: string): string | undefined {
  if (!value) return undefined;
  const { minimum, maximum, lengthMin, lengthMax } = parameter;
  if (parameter.type === 'integer' && !/^-?\d+$/.test(value)) return 'A whole number is expected.';
  const number = Number(value);
  if (minimum !== undefined && number < minimum) return `At least ${minimum}.`;
  if (maximum !== undefined && number > maximum) return `At most ${maximum}.`;
  if (lengthMin !== undefined && value.length < lengthMin) return `At least ${lengthMin} characters.`;
  if (lengthMax !== undefined && value.length > lengthMax) return `At most ${lengthMax} characters.`;
  return undefined;
}

/** Range, default and example in a few words. */
export function bounds(parameter: Parameter): string {
  const { minimum, maximum, lengthMin, lengthMax, countMax } = parameter;
  const parts: string[] = [];
  if (minimum !== undefined || maximum !== undefined) parts.push(`${minimum ?? ''}–${maximum ?? ''}`);
  if (lengthMax !== undefined) parts.push(`${lengthMin ?? 0}–${lengthMax} characters`);
  if (countMax !== undefined) parts.push(`at most ${countMax} of them`);
  if (parameter.default !== undefined) parts.push(`default ${parameter.default}`);
  if (parameter.example) parts.push(`such as \`${parameter.example}\``);
  return parts.join('; ');
}
