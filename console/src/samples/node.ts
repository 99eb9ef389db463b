import { type Ask, KEY_ID, KEY_SECRET, RUN, type Sample, host, lines, protocol, quoted } from './ask';

export function node(ask: Ask): Sample {
  const query = lines(ask, (name, value) => `      ${quoted(name)}: ${quoted(value)},\n`);
  return {
    id: 'node',
    title: 'Node.js',
    needs: 'npm install @alicloud/openapi-core @darabonba/typescript',
    checked: RUN,
    code: `const { default: Client, $OpenApiUtil } = require('@alicloud/openapi-core');
const { RuntimeOptions } = require('@darabonba/typescript');

const client = new Client(new $OpenApiUtil.Config({
  accessKeyId: process.env.${KEY_ID},
  accessKeySecret: process.env.${KEY_SECRET},
  endpoint: ${quoted(host(ask))},
  protocol: '${protocol(ask)}',
  regionId: ${quoted(ask.region)},
}));

async function main() {
  const operation = new $OpenApiUtil.Params({
    action: '${ask.action}', version: '${ask.version}', protocol: '${protocol(ask)}', method: 'POST',
    authType: 'AK', style: 'RPC', pathname: '/', reqBodyType: 'formData', bodyType: 'json',
  });
  const request = new $OpenApiUtil.OpenApiRequest({
    query: {
${query}    },
  });
  const answer = await client.callApi(operation, request, new RuntimeOptions({}));
  console.log(JSON.stringify(answer.body, null, 2));
}

main().catch((fault) => {
  console.error(fault.code, fault.message);
  process.exitCode = 1;
});
`,
  };
}
