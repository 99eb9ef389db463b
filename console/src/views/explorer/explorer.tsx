// The explorer: every operation, its form, the answer, the signature and sample code. Its whole state stands in the
// address (parameters by their wire names, which begin with a capital), but for the key.

import { useEffect, useState } from 'preact/hooks';
import { type Operation, operations } from '../../data/operations';
import { useLoad } from '../../load';
import { address, amend, usePlace } from '../../router';
import { askForKey, useKey } from '../../session';
import { Copy, Empty, Page, Panel, Skeleton, Trouble } from '../../ui/basic';
import { Prose } from '../../ui/prose';
import { Tabs } from '../../ui/tabs';
import { type Answer, send } from '../../wire/client';
import type { Params } from '../../wire/encode';
import type { Format, Scheme } from '../../wire/request';
import { ensureWorld, useRegion } from '../../world';
import { AnswerShown } from './answer';
import { Choice } from './choice';
import { Form } from './form';
import { filled, missing } from './parameters';
import { Reference } from './reference';
import { Samples } from './samples';
import { SignatureShown } from './signature';

const TABS = [
  { id: 'answer', title: 'Answer' },
  { id: 'signature', title: 'Signature' },
  { id: 'samples', title: 'Sample code' },
  { id: 'reference', title: 'Reference' },
];

export function Explorer({ name }: { name: string | undefined }) {
  const { value, error } = useLoad(operations, []);
  const operation = value?.operations.find((it) => it.name === name);
  if (error) return <Trouble error={error} />;
  return (
    <div class="explorer">
      {value ? <Choice operations={value.operations} chosen={name} /> : <Skeleton lines={20} />}
      {operation ? <Shown key={operation.name} operation={operation} /> : <Welcome name={value && name} />}
    </div>
  );
}

function Welcome({ name }: { name: string | undefined }) {
  return (
    <Page title="Explorer">
      {name ? (
        <Empty title={`There is no operation ${name}`}>Choose one of the list.</Empty>
      ) : (
        <Empty title="Choose an operation">
          Fill in its form and send it, see how its signature comes about, or take sample code with your parameters in
          it. A good first one is{' '}
          <a href={address('explorer/DescribeCapacityReservations')}>DescribeCapacityReservations</a>.
        </Empty>
      )}
    </Page>
  );
}

/** The parameters of the address, and the region where the operation wants one. */
function useParams(operation: Operation): Params {
  const { query } = usePlace();
  const region = useRegion() || 'cn-hangzhou';
  const params: Params = {};
  if (operation.parameters.some((it) => it.name === 'RegionId')) params.RegionId = region;
  for (const [name, value] of query) if (/^[A-Z]/.test(name)) params[name] = value;
  return params;
}

function Shown({ operation }: { operation: Operation }) {
  const key = useKey();
  const { query } = usePlace();
  const params = useParams(operation);
  const scheme: Scheme = query.get('scheme') === 'V1' ? 'V1' : 'V3';
  const format: Format = query.get('format') === 'XML' ? 'XML' : 'JSON';
  const tab = TABS.find((it) => it.id === query.get('tab'))?.id ?? 'answer';
  const [answer, setAnswer] = useState<Answer>();
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const open = missing(operation, filled(params));
  // Fields propose zones and types of the fleet.
  useEffect(() => ensureWorld(key), [key]);
  const run = async () => {
    if (!key) return;
    setBusy(true);
    setError(undefined);
    try {
      setAnswer(await send(key, operation.name, filled(params), { version: operation.version, scheme, format }));
      amend({ tab: undefined });
    } catch (fault) {
      setError(fault as Error);
    }
    setBusy(false);
  };
  const why = !key ? 'Sign in to send requests' : open.length ? `Still to fill in: ${open.join(', ')}` : '';
  return (
    <Page
      title={operation.name}
      about={<Prose text={operation.summary} />}
      actions={<Copy text={location.href} label="Copy permalink" />}
    >
      <div class="columns">
        <form
          class="panel"
          aria-label="Request"
          onSubmit={(event) => {
            event.preventDefault();
            void run();
          }}
        >
          <Form operation={operation} params={params} />
          <div class="send">
            <label>
              Signature{' '}
              <select
                aria-label="Signature version"
                value={scheme}
                onChange={(it) => amend({ scheme: it.currentTarget.value })}
              >
                <option>V3</option>
                <option>V1</option>
              </select>
            </label>
            <label>
              Answer{' '}
              <select
                aria-label="Answer format"
                value={format}
                onChange={(it) => amend({ format: it.currentTarget.value })}
              >
                <option>JSON</option>
                <option>XML</option>
              </select>
            </label>
            <span class="grow" />
            {key ? (
              <button type="submit" class="primary" disabled={busy || open.length > 0}>
                {busy ? 'Sending…' : 'Send'}
              </button>
            ) : (
              <button type="button" class="primary" onClick={() => askForKey(true)}>
                Sign in to send
              </button>
            )}
            {why && <small class="muted wide">{why}</small>}
          </div>
        </form>
        <Panel class="result">
          <Tabs label="Result" tabs={TABS} chosen={tab} choose={(id) => amend({ tab: id })}>
            {tab === 'answer' && <AnswerShown answer={answer} error={error} />}
            {tab === 'signature' && (
              <SignatureShown
                operation={operation}
                params={filled(params)}
                scheme={scheme}
                format={format}
                answer={answer}
              />
            )}
            {tab === 'samples' && <Samples operation={operation} params={filled(params)} />}
            {tab === 'reference' && <Reference operation={operation} />}
          </Tabs>
        </Panel>
      </div>
    </Page>
  );
}
