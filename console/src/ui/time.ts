// Moments as people read them. Everything is UTC, as on the wire, and says so.

export function shown(text: string | undefined): string {
  if (!text) return '–';
  const at = Date.parse(text.length === 17 ? text.replace('Z', ':00Z') : text);
  return Number.isFinite(at) ? `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}` : text;
}

/** To the second. */
export function shownExactly(text: string): string {
  const at = Date.parse(text);
  return Number.isFinite(at) ? new Date(at).toISOString().slice(0, 19).replace('T', ' ') : text;
}

export function parsed(text: string | undefined): number | undefined {
  if (!text) return undefined;
  const at = Date.parse(text.length === 17 ? text.replace('Z', ':00Z') : text);
  return Number.isFinite(at) ? at / 1000 : undefined;
}

/** To the wire, from seconds. */
export function wire(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

export function lasting(seconds: number): string {
  const whole = Math.round(seconds);
  const days = Math.floor(whole / 86400);
  const hours = Math.floor((whole % 86400) / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const parts = [days && `${days} d`, hours && `${hours} h`, !days && minutes && `${minutes} min`].filter(Boolean);
  return parts.join(' ') || `${whole} s`;
}

/** For `<input type="datetime-local">`, in UTC. */
export const local = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 16);
export const fromLocal = (text: string) => Date.parse(`${text}:00Z`) / 1000;
