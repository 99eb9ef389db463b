// A value that views can watch.

import { useEffect, useState } from 'preact/hooks';

export interface Store<T> {
  get(): T;
  set(value: T): void;
  watch(told: () => void): () => void;
}

export function store<T>(initial: T): Store<T> {
  let value = initial;
  const watching = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      value = next;
      for (const told of [...watching]) told();
    },
    watch: (told) => {
      watching.add(told);
      return () => watching.delete(told);
    },
  };
}

export function useStore<T>(from: Store<T>): T {
  const [value, told] = useState(from.get());
  useEffect(() => {
    told(() => from.get());
    return from.watch(() => told(() => from.get()));
  }, [from]);
  return value;
}
