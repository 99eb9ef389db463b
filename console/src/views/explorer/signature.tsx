// How the signature comes about, step by step: of the request that was sent, or of the one that the form would send.

import { useEffect, useState } from 'preact/hooks';
import type { Operation } from '../../data/operations';
import { useKey } from '../../session';
import { Code, Empty } from '../../ui/basic';
import { type Answer, serverNow } from '../../wire/client';
import type { Params } from '../../wire/encode';
import type { Format, Scheme, Signed } from '../../wire/request';
import { signV1 } from '../../wire/v1';
import { signV3 } from '../../wire/v3';

interface Props {
  operation: Operation;
  params: Params;
  scheme: Scheme;
  format: Format;
  answer: Answer | undefined;
}

export function SignatureShown({ operation, params, scheme, format, answer }: Props) {
  const key = useKey();
  const [signed, setSigned] = useState<Signed>();
  const said = JSON.stringify(params);
  useEffect(() => {
    if (!key) return;
    let mine = true;
    const call = {
      action: operation.name,
      version: operation.version,
      params,
      host: location.host,
      at: serverNow(),
      nonce: crypto.randomUUID(),
      format,
    };
    const signing = scheme === 'V1' ? signV1(call, key) : signV3(call, key);
    void signing.then((it) => mine && setSigned(it));
    return () => {
      mine = false;
    };
  }, [key, operation.name, scheme, format, said]);
  if (!key) {
    return <Empty title="There is no key to sign with">Sign in, and each step of the signature is shown here.</Empty>;
  }
  const shown = answer && sameCall(answer.signed, signed) ? answer.signed : signed;
  if (!shown) return null;
  return (
    <>
      <p class="muted">
        {shown === answer?.signed
          ? 'Of the request that was sent.'
          : 'Of the request as the form stands now; each one has its own moment and nonce.'}
      </p>
      <ol class="steps">
        {shown.steps.map((step) => (
          <li key={step.name}>
            <h3>{step.name}</h3>
            <p class="muted">{step.why}</p>
            <Code text={step.value} label={step.name} />
          </li>
        ))}
      </ol>
    </>
  );
}

/** Whether both sign the same parameters in the same scheme: what differs between two is the moment and the nonce. */
function sameCall(sent: Signed, preview: Signed | undefined): boolean {
  const same = (it: Signed) => it.steps[0]?.value.replace(/(SignatureNonce|Timestamp)=[^&]*/g, '');
  return preview !== undefined && sent.steps.length === preview.steps.length && same(sent) === same(preview);
}
