import { type Ask, KEY_ID, KEY_SECRET, PARSED, type Sample, host, lines, protocol, quoted } from './ask';

export function go(ask: Ask): Sample {
  const query = lines(ask, (name, value) => `\t\t${quoted(name)}: tea.String(${quoted(value)}),\n`);
  return {
    id: 'go',
    title: 'Go',
    needs: 'go get github.com/alibabacloud-go/darabonba-openapi/v2',
    checked: PARSED,
    code: `package main

import (
	"fmt"
	"os"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	util "github.com/alibabacloud-go/tea-utils/v2/service"
	"github.com/alibabacloud-go/tea/tea"
)

func main() {
	client, err := openapi.NewClient(&openapi.Config{
		AccessKeyId:     tea.String(os.Getenv("${KEY_ID}")),
		AccessKeySecret: tea.String(os.Getenv("${KEY_SECRET}")),
		Endpoint:        tea.String(${quoted(host(ask))}),
		Protocol:        tea.String("${protocol(ask)}"),
		RegionId:        tea.String(${quoted(ask.region)}),
	})
	if err != nil {
		panic(err)
	}
	operation := &openapi.Params{
		Action: tea.String("${ask.action}"), Version: tea.String("${ask.version}"),
		Protocol: tea.String("${protocol(ask)}"), Method: tea.String("POST"), AuthType: tea.String("AK"),
		Style: tea.String("RPC"), Pathname: tea.String("/"),
		ReqBodyType: tea.String("formData"), BodyType: tea.String("json"),
	}
	request := &openapi.OpenApiRequest{Query: map[string]*string{
${query}	}}
	answer, err := client.CallApi(operation, request, &util.RuntimeOptions{})
	if err != nil {
		panic(err)
	}
	fmt.Println(answer["body"])
}
`,
  };
}
