import { type Ask, KEY_ID, KEY_SECRET, PARSED, type Sample, host, lines, protocol } from './ask';

const single = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

export function php(ask: Ask): Sample {
  const query = lines(ask, (name, value) => `    ${single(name)} => ${single(value)},\n`);
  return {
    id: 'php',
    title: 'PHP',
    needs: 'composer require alibabacloud/darabonba-openapi',
    checked: PARSED,
    code: `<?php

require 'vendor/autoload.php';

use AlibabaCloud\\Tea\\Utils\\Utils\\RuntimeOptions;
use Darabonba\\OpenApi\\Models\\Config;
use Darabonba\\OpenApi\\Models\\OpenApiRequest;
use Darabonba\\OpenApi\\Models\\Params;
use Darabonba\\OpenApi\\OpenApiClient;

$client = new OpenApiClient(new Config([
    'accessKeyId' => getenv('${KEY_ID}'),
    'accessKeySecret' => getenv('${KEY_SECRET}'),
    'endpoint' => ${single(host(ask))},
    'protocol' => '${protocol(ask)}',
    'regionId' => ${single(ask.region)},
]));
$operation = new Params([
    'action' => '${ask.action}', 'version' => '${ask.version}', 'protocol' => '${protocol(ask)}', 'method' => 'POST',
    'authType' => 'AK', 'style' => 'RPC', 'pathname' => '/', 'reqBodyType' => 'formData', 'bodyType' => 'json',
]);
$request = new OpenApiRequest(['query' => [
${query}]]);
$answer = $client->callApi($operation, $request, new RuntimeOptions([]));
echo json_encode($answer['body'], JSON_PRETTY_PRINT), PHP_EOL;
`,
  };
}
