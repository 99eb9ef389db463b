// What was sent and what came back.

import { address } from '../../router';
import { Code, Empty, Trouble } from '../../ui/basic';
import type { Answer } from '../../wire/client';
import { codeOf, pretty } from './pretty';

export function AnswerShown({ answer, error }: { answer: Answer | undefined; error: Error | undefined }) {
  if (error) return <Trouble error={error} />;
  if (!answer) {
    return <Empty title="Nothing was sent yet">Fill in the form and send it: request and answer appear here.</Empty>;
  }
  const { signed } = answer;
  const code = codeOf(answer.text);
  const dry = code === 'DryRunOperation' || code === 'DRYRUN.SUCCESS';
  const headers = Object.entries(signed.headers).map(([name, value]) => `${name}: ${value}`);
  const request = [`${signed.method} ${signed.target}`, `host: ${location.host}`, ...headers].join('\n');
  return (
    <>
      <dl class="facts" role="status">
        <dt>Status</dt>
        <dd>
          <span class={`status ${answer.status < 400 || dry ? 'good' : 'bad'}`}>{answer.status}</span>
          {code && <a href={address(`errors/${code}`)}>{code}</a>}
          {dry && <span class="muted">the call would have succeeded</span>}
        </dd>
        <dt>RequestId</dt>
        <dd class="mono">{answer.requestId}</dd>
        <dt>Time</dt>
        <dd class="num">{answer.ms.toFixed(1)} ms</dd>
      </dl>
      <h3>Answer</h3>
      <Code text={pretty(answer.text)} label="Answer" />
      <h3>Request</h3>
      <Code text={signed.body ? `${request}\n\n${signed.body}` : request} label="Request" />
    </>
  );
}
