import { type Ask, KEY_ID, KEY_SECRET, RUN, type Sample, host, lines, protocol, quoted } from './ask';

export function python(ask: Ask): Sample {
  const query = lines(ask, (name, value) => `    ${quoted(name)}: ${quoted(value)},\n`);
  return {
    id: 'python',
    title: 'Python',
    needs: 'pip install alibabacloud-tea-openapi',
    checked: RUN,
    code: `import json
import os

from alibabacloud_tea_openapi.client import Client
from alibabacloud_tea_openapi.utils_models import Config, OpenApiRequest, Params
from darabonba.runtime import RuntimeOptions

client = Client(Config(
    access_key_id=os.environ["${KEY_ID}"],
    access_key_secret=os.environ["${KEY_SECRET}"],
    endpoint=${quoted(host(ask))},
    protocol="${protocol(ask)}",
    region_id=${quoted(ask.region)},
))
operation = Params(
    action="${ask.action}", version="${ask.version}", protocol="${protocol(ask)}", method="POST",
    auth_type="AK", style="RPC", pathname="/", req_body_type="formData", body_type="json",
)
request = OpenApiRequest(query={
${query}})
answer = client.call_api(operation, request, RuntimeOptions())
print(json.dumps(answer["body"], indent=2, ensure_ascii=False))
`,
  };
}
