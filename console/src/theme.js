// Before anything is painted: the theme that was chosen, or the system's.
try {
  const chosen = localStorage.getItem('berth-theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
} catch {
  // Storage may be forbidden; the system's theme then.
}
