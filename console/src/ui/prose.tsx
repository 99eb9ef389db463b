// Text of the reference: backquotes mark code, nothing else is marked.

export function Prose({ text }: { text: string }) {
  return <span class="prose">{text.split('`').map((part, at) => (at % 2 ? <code key={at}>{part}</code> : part))}</span>;
}
