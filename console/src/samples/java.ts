import { type Ask, KEY_ID, KEY_SECRET, PARSED, type Sample, host, lines, protocol, quoted } from './ask';

export function java(ask: Ask): Sample {
  const query = lines(ask, (name, value) => `        query.put(${quoted(name)}, ${quoted(value)});\n`);
  return {
    id: 'java',
    title: 'Java',
    needs: 'com.aliyun:tea-openapi, from Maven Central',
    checked: PARSED,
    code: `import com.aliyun.teaopenapi.Client;
import com.aliyun.teaopenapi.models.Config;
import com.aliyun.teaopenapi.models.OpenApiRequest;
import com.aliyun.teaopenapi.models.Params;
import com.aliyun.teautil.models.RuntimeOptions;
import java.util.HashMap;
import java.util.Map;

public class Sample {
    public static void main(String[] arguments) throws Exception {
        Client client = new Client(new Config()
            .setAccessKeyId(System.getenv("${KEY_ID}"))
            .setAccessKeySecret(System.getenv("${KEY_SECRET}"))
            .setEndpoint(${quoted(host(ask))})
            .setProtocol("${protocol(ask)}")
            .setRegionId(${quoted(ask.region)}));
        Params operation = new Params()
            .setAction("${ask.action}").setVersion("${ask.version}").setProtocol("${protocol(ask)}").setMethod("POST")
            .setAuthType("AK").setStyle("RPC").setPathname("/").setReqBodyType("formData").setBodyType("json");
        Map<String, String> query = new HashMap<>();
${query}        Map<String, ?> answer = client.callApi(operation, new OpenApiRequest().setQuery(query), new RuntimeOptions());
        System.out.println(answer.get("body"));
    }
}
`,
  };
}
