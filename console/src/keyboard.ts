// Keys that work everywhere: `/` goes to the search, `g` and a letter to a view.

import { useEffect } from 'preact/hooks';
import { VIEWS } from './nav';
import { go } from './router';

export function useShortcuts(): void {
  useEffect(() => {
    let leading = false;
    const pressed = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (target.closest('input, textarea, select, dialog') || event.metaKey || event.ctrlKey || event.altKey) return;
      if (event.key === '/') {
        const search = document.querySelector<HTMLInputElement>('input[type=search]');
        if (search) {
          event.preventDefault();
          search.focus();
        }
      } else if (leading) {
        const view = VIEWS.find((it) => it.key === event.key);
        if (view) go(view.path);
      }
      leading = event.key === 'g';
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
}
