// One code, at its permanent address. The text is that of docs/errors.

import { errors } from '../../data/operations';
import { useLoad } from '../../load';
import { address, usePlace } from '../../router';
import { Empty, Page, Panel, Skeleton, Trouble } from '../../ui/basic';
import { Prose } from '../../ui/prose';
import { Table } from '../../ui/table';
import { statuses } from './list';

export function ErrorShown({ code }: { code: string }) {
  const { query } = usePlace();
  const { value, error } = useLoad(errors, []);
  const page = value?.errors.find((it) => it.code === code);
  const requestId = query.get('requestId');
  if (error) return <Trouble error={error} />;
  if (!value) {
    return (
      <Page title={code}>
        <Skeleton lines={6} />
      </Page>
    );
  }
  if (!page) {
    return (
      <Page title={code}>
        <Empty title="Berth never sends this code">
          It may come from another service or an older page. <a href={address('errors', { q: code })}>Search for it</a>.
        </Empty>
      </Page>
    );
  }
  return (
    <Page
      title={code}
      about={`Status ${statuses(page).join(', ')}`}
      actions={<a href={address('errors')}>All errors</a>}
    >
      {requestId && (
        <p>
          Your request: <span class="mono">{requestId}</span>
        </p>
      )}
      <Panel title="What to do">
        <Prose text={page.advice} />
      </Panel>
      <Panel title="When it is sent">
        <Table
          label="When it is sent"
          items={page.rows}
          id={(it) => `${it.operation} ${it.status} ${it.message} ${it.when}`}
          columns={[
            {
              name: 'Operation',
              by: (it) => it.operation ?? '',
              show: (it) => (it.operation ? <a href={address(`explorer/${it.operation}`)}>{it.operation}</a> : 'any'),
            },
            { name: 'Status', by: (it) => it.status, number: true, show: (it) => it.status },
            { name: 'Sent when', show: (it) => <Prose text={it.when ?? ''} /> },
            { name: 'Message', show: (it) => <span class="prose mono small">{it.message}</span> },
          ]}
        />
      </Panel>
    </Page>
  );
}
