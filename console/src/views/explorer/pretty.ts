// Answers laid out for reading.

export function pretty(text: string): string {
  if (text.startsWith('<')) return indented(text);
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** XML with a line for each element that holds others. */
function indented(text: string): string {
  let depth = 0;
  const lines: string[] = [];
  for (const piece of text.replace(/>\s*</g, '>\n<').split('\n')) {
    if (/^<\//.test(piece)) depth = Math.max(0, depth - 1);
    lines.push('  '.repeat(depth) + piece);
    const opens = /^<[^?!/]/.test(piece) && !/<\/|\/>$/.test(piece);
    if (opens) depth += 1;
  }
  return lines.join('\n');
}

/** The code of an answer that says no. */
export function codeOf(text: string): string | undefined {
  const found = /"Code":"([^"]+)"/.exec(text) ?? /<Error>.*<Code>([^<]+)<\/Code>/s.exec(text);
  return found?.[1];
}
