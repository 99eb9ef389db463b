import { ECS } from '../wire/versions';
import { type Ask, KEY_ID, KEY_SECRET, type Sample, host, lines, protocol, shell } from './ask';

export function aliyun(ask: Ask): Sample {
  // What the tool does not know, or knows otherwise, it sends as it is with --force.
  const version = ask.version === ECS ? '' : ` \\\n  --version ${ask.version}`;
  const params = lines(ask, (name, value) => ` \\\n  --${name} ${shell(value)}`);
  return {
    id: 'aliyun',
    title: 'aliyun CLI',
    needs: 'The aliyun command line tool, version 3',
    checked: 'Checked in CI to be a command line that a shell can read; the tool itself is not run.',
    code: `# Export ${KEY_ID} and ${KEY_SECRET} first.
aliyun ecs ${ask.action} --force${version} \\
  --endpoint ${host(ask)} --${protocol(ask) === 'HTTPS' ? 'secure' : 'insecure'} \\
  --region ${shell(ask.region)} --access-key-id "$${KEY_ID}" --access-key-secret "$${KEY_SECRET}"${params}
`,
  };
}
