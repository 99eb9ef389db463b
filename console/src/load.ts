// Loading what a view shows, keeping the last of it while newer is on its way, so that nothing jumps.

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

export interface Loaded<T> {
  value?: T | undefined;
  error?: Error | undefined;
  busy: boolean;
  reload: () => void;
}

export interface LoadOptions {
  /** Load again every so many seconds while the page can be seen. */
  every?: number;
  /** Keep what was there when the inputs change too, until the new is there. */
  keep?: boolean;
}

/** Loads when `inputs` change. */
export function useLoad<T>(load: () => Promise<T>, inputs: unknown[], { every, keep }: LoadOptions = {}): Loaded<T> {
  const [state, setState] = useState<{ value?: T | undefined; error?: Error | undefined; busy: boolean }>({
    busy: true,
  });
  const turn = useRef(0);
  const key = JSON.stringify(inputs);
  const run = useCallback(
    async (fresh: boolean) => {
      const mine = (turn.current += 1);
      setState((old) => (fresh ? (keep ? { value: old.value, busy: true } : { busy: true }) : { ...old, busy: true }));
      try {
        const value = await load();
        if (mine === turn.current) setState({ value, busy: false });
      } catch (error) {
        if (mine === turn.current) setState((old) => ({ ...old, error: error as Error, busy: false }));
      }
    },
    [key],
  );
  useEffect(() => {
    void run(true);
    if (!every) return () => void (turn.current += 1);
    const timer = setInterval(() => {
      if (!document.hidden) void run(false);
    }, every * 1000);
    return () => {
      clearInterval(timer);
      turn.current += 1;
    };
  }, [key, every]);
  return { ...state, reload: () => void run(false) };
}
