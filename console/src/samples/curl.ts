import { percent } from '../wire/encode';
import { type Ask, KEY_ID, KEY_SECRET, RUN, type Sample } from './ask';

/** Signature V1 in a POSIX shell. Everything in the query is percent-encoded, so nothing in it means anything to sh. */
export function curl(ask: Ask): Sample {
  const values: Record<string, string> = {
    AccessKeyId: `$${KEY_ID}`,
    Action: ask.action,
    Format: 'JSON',
    SignatureMethod: 'HMAC-SHA1',
    SignatureNonce: '$nonce',
    SignatureVersion: '1.0',
    Timestamp: '$now',
    Version: ask.version,
  };
  for (const [name, value] of Object.entries(ask.params)) values[percent(name)] = percent(value);
  const query = Object.keys(values)
    .sort()
    .map((name) => `${name}=${values[name]}`)
    .join('&\\\n');
  return {
    id: 'curl',
    title: 'curl',
    needs: 'curl 7.76 or later and openssl',
    checked: RUN,
    code: `# Export ${KEY_ID} and ${KEY_SECRET} first.
nonce=$(openssl rand -hex 16)
now=$(date -u +%Y-%m-%dT%H%%3A%M%%3A%SZ)
query="${query}"
text="POST&%2F&$(printf %s "$query" | sed 's/%/%25/g; s/=/%3D/g; s/&/%26/g')"
signature=$(printf %s "$text" | openssl dgst -sha1 -hmac "$${KEY_SECRET}&" -binary |
  openssl base64 | sed 's/+/%2B/g; s,/,%2F,g; s/=/%3D/g')
curl -sS --fail-with-body --data "$query&Signature=$signature" ${ask.endpoint}/
`,
  };
}
