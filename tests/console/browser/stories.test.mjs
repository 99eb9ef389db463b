// What people do with the console, in a real browser on the built binary.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, endpoint, region, zone } from '../wire.mjs';
import { NARROW, WIDE, launch, open, shot, signIn } from './page.mjs';

const TYPE = 'ecs.g6.xlarge';
/** What a request looks like that was signed so. */
const SIGNED = { V3: /ACS3-HMAC-SHA256/, V1: /SignatureMethod=HMAC-SHA1/ };
const at = `?region=${region}`;
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** A page that is signed in and on a view. */
async function begin(path) {
  const opened = await open(browser, { path: `/reservations${at}` });
  await signIn(opened.page);
  await opened.page.getByRole('heading', { name: 'Reservations', level: 1 }).waitFor();
  if (path) await opened.visit(path);
  return opened;
}

test('a key is tried before it is taken, and is kept nowhere', async () => {
  const { page, close } = await open(browser, { path: '/reservations' });
  await signIn(page, 'nobody', 'nothing');
  await page.getByText('InvalidAccessKeyId.NotFound').waitFor();
  await signIn(page);
  await page.getByRole('heading', { name: 'Reservations', level: 1 }).waitFor();
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  const secret = process.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET;
  assert.ok(!kept.includes(secret) && !page.url().includes(secret));
  assert.ok(!(await page.content()).includes(secret));
  await page.reload();
  await page.getByRole('heading', { name: 'Sign with an access key' }).waitFor();
  await close();
});

test('where browsers cannot sign it is said, and errors can be looked up all the same', async () => {
  const page = await browser.newPage();
  const elsewhere = endpoint.replace('127.0.0.1', 'berth.test');
  await page.goto(`${elsewhere}/console/reservations`);
  await page.getByRole('heading', { name: 'This page cannot sign' }).waitFor();
  await page.getByText('server.tls_certificate').waitFor();
  await page.getByRole('link', { name: 'Errors' }).click();
  await page.getByRole('link', { name: 'OperationDenied.NoStock' }).waitFor();
  await page.goto(`${elsewhere}/console/explorer/DescribePools?tab=samples&lang=curl`);
  await page.getByRole('region', { name: 'curl sample' }).waitFor();
  await page.close();
});

test('a server that has gone is told of, and found again', async () => {
  const { page, close } = await begin();
  await page.getByText('kept up to date').waitFor();
  await page.route('**/*', (route) => route.abort());
  await page.getByText('The server does not answer.').waitFor();
  await page.unroute('**/*');
  await page.getByText('The server does not answer.').waitFor({ state: 'detached' });
  await close(['net::ERR_FAILED']);
});

test('a reservation is made, launched into and released', async () => {
  const { page, close } = await begin();
  await page.getByRole('button', { name: 'Reserve', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Zone').selectOption(zone);
  await dialog.getByLabel('Instance type').fill(TYPE);
  await dialog.getByLabel('Instances').fill('3');
  await dialog.getByLabel('Name').fill('story');
  await dialog.getByLabel('Used by').selectOption('Target');
  await dialog.getByRole('button', { name: 'Reserve', exact: true }).click();
  await page.getByRole('heading', { name: 'story', level: 1 }).waitFor();
  await page.getByText('0 of 3', { exact: true }).waitFor();
  const id = new URL(page.url()).pathname.split('/').pop();

  await page.getByRole('button', { name: 'Launch into it' }).click();
  await dialog.getByLabel('Instances').fill('2');
  await dialog.getByRole('button', { name: 'Launch', exact: true }).click();
  await page.getByText('2 of 3', { exact: true }).waitFor();
  assert.equal(await page.getByRole('table', { name: 'Instances' }).locator('tbody tr').count(), 2);
  await shot(page, 'story-launched');

  // Somebody else changes it; the page comes to know by itself.
  await call('ModifyCapacityReservation', {
    RegionId: region,
    'PrivatePoolOptions.Id': id,
    InstanceAmount: 5,
  });
  await page.getByText('2 of 5', { exact: true }).waitFor();

  await page.getByRole('button', { name: 'Release…' }).click();
  await page.getByText('3 free slots go back').waitFor();
  await page.getByText('2 instances that use it run on').waitFor();
  await page.getByText('The server was asked and would release it.').waitFor();
  assert.equal((await stateOf(id)).Status, 'Active', 'a dry run changes nothing');
  await shot(page, 'story-release');
  await page.getByRole('button', { name: 'Release it' }).click();
  await page.locator('.figures').getByText('Released', { exact: true }).waitFor();
  assert.equal((await stateOf(id)).Status, 'Released');
  await close();
});

test('the history of a reservation tells each change, by whom, and with which request', async () => {
  const made = await call('CreateCapacityReservation', {
    RegionId: region,
    'ZoneId.1': zone,
    InstanceType: TYPE,
    InstanceAmount: 2,
    'PrivatePoolOptions.Name': 'lived',
    'PrivatePoolOptions.MatchCriteria': 'Target',
  });
  const id = made.PrivatePoolOptionsId;
  const own = { RegionId: region, 'PrivatePoolOptions.Id': id };
  const modified = await call('ModifyCapacityReservation', { ...own, InstanceAmount: 3, Description: 'a little more' });
  const launched = await call('RunInstances', {
    ...own,
    ZoneId: zone,
    InstanceType: TYPE,
    'PrivatePoolOptions.MatchCriteria': 'Target',
  });
  const [instance] = launched.InstanceIdSets.InstanceIdSet;
  const { page, visit, close } = await begin(`/reservations/${id}${at}`);
  const rows = page.getByRole('table', { name: 'History' }).locator('tbody tr');
  await page.getByRole('heading', { name: 'History (3)' }).waitFor();
  const text = (row) => rows.nth(row).innerText();
  // The latest first.
  assert.match(await text(0), new RegExp(`Instance came.*${instance}[^]*RunInstances[^]*${launched.RequestId}`));
  assert.match(await text(1), new RegExp(`Modified.*3 slots.*a little more[^]*${modified.RequestId}`));
  assert.match(await text(2), new RegExp(`Reserved.*2 × ${TYPE}[^]*${made.RequestId}`));
  for (let row = 0; row < 3; row += 1) assert.ok((await text(row)).includes(process.env.ALIBABA_CLOUD_ACCESS_KEY_ID));
  await page.getByText('told by its history').waitFor();

  // What happens while one looks at it is told too.
  await call('DeleteInstance', { RegionId: region, InstanceId: instance, Force: true });
  await page.getByRole('heading', { name: 'History (4)' }).waitFor();
  const released = await call('ReleaseCapacityReservation', own);
  await page.getByRole('heading', { name: 'History (5)' }).waitFor();
  assert.match(await text(0), new RegExp(`Released[^]*ReleaseCapacityReservation[^]*${released.RequestId}`));
  assert.match(await text(1), new RegExp(`Instance left.*${instance}`));
  // Its heads sort it, by the keyboard too.
  await page.getByRole('button', { name: 'When' }).focus();
  await page.keyboard.press('Enter');
  assert.match(await text(0), /Reserved/);

  for (const colorScheme of ['light', 'dark']) {
    for (const viewport of [WIDE, NARROW]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      await page.getByRole('heading', { name: 'History (5)' }).scrollIntoViewIfNeeded();
      await rows.last().scrollIntoViewIfNeeded();
      await shot(page, `story-history-${colorScheme}-${viewport.width}`);
    }
  }
  await visit(`/reservations/crp-bp1neverissued0000000${at}`);
  await page.getByText('has no such reservation of this account').waitFor();
  await close();
});

test('a history that cannot be read is told of, and tried again', async () => {
  const made = await call('CreateCapacityReservation', {
    RegionId: region,
    'ZoneId.1': zone,
    InstanceType: TYPE,
    InstanceAmount: 1,
  });
  const { page, visit, close } = await begin();
  await page.route(/./, async (route) => {
    const wanted = JSON.stringify(route.request().headers()).includes('DescribeCapacityReservationHistory');
    await (wanted ? route.abort() : route.continue());
  });
  await visit(`/reservations/${made.PrivatePoolOptionsId}${at}`);
  const panel = page.locator('.panel', { has: page.getByRole('heading', { name: 'History' }) });
  await panel.getByText('The server does not answer.').waitFor();
  await shot(page, 'story-history-trouble');
  await page.unroute(/./);
  await panel.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'History (1)' }).waitFor();
  await call('ReleaseCapacityReservation', { RegionId: region, 'PrivatePoolOptions.Id': made.PrivatePoolOptionsId });
  await close(['net::ERR_FAILED']);
});

async function stateOf(id) {
  const answer = await call('DescribeCapacityReservations', {
    RegionId: region,
    Status: 'All',
    'PrivatePoolOptions.Ids': JSON.stringify([id]),
  });
  return answer.CapacityReservationSet.CapacityReservationItem[0];
}

test('the list is searched, filtered and sorted, and its address keeps that', async () => {
  for (const name of ['list-b', 'list-a']) {
    await call('CreateCapacityReservation', {
      RegionId: region,
      'ZoneId.1': zone,
      InstanceType: TYPE,
      InstanceAmount: 1,
      'PrivatePoolOptions.Name': name,
    });
  }
  const { page, close } = await begin();
  await page.getByRole('searchbox', { name: 'Search reservations' }).fill('list-');
  await page.getByRole('button', { name: /^Active/ }).click();
  await page.getByRole('button', { name: 'Reservation', exact: true }).click();
  const names = page.getByRole('table', { name: 'Reservations' }).locator('tbody .two > span:first-child');
  await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 2);
  assert.deepEqual(await names.allTextContents(), ['list-a', 'list-b']);
  const query = new URL(page.url()).searchParams;
  assert.deepEqual([query.get('q'), query.get('status'), query.get('sort')], ['list-', 'Active', 'Reservation']);
  await page.getByRole('searchbox', { name: 'Search reservations' }).fill('no such thing');
  await page.getByText('No reservation fits').waitFor();
  await close();
});

test('a window is dragged out of the timeline, judged at once, and reserved', async () => {
  const { page, close } = await begin(`/timeline${at}&zone=${zone}&type=${TYPE}`);
  const plot = page.locator('.plot .u-over');
  const box = await plot.boundingBox();
  await page.mouse.move(box.x + box.width * 0.3, box.y + 80);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 90, { steps: 5 });
  await page.mouse.up();
  await page.getByText('It fits.').waitFor();
  await page.getByLabel('Instances').fill('1000');
  await page.getByText('It does not fit.').waitFor();
  await page.getByText(/^Fewer, in this very window/).waitFor();
  await shot(page, 'story-window-refused');
  await page.locator('.proposals li', { hasText: 'Fewer' }).getByRole('button', { name: 'Take it' }).click();
  await page.getByText('It fits.').waitFor();
  await page.getByLabel('Name').fill('dragged');
  await page.getByRole('button', { name: 'Reserve this window' }).click();
  await page.getByText('Reserved:').waitFor();
  const bar = page.getByRole('list', { name: 'Reservations over time' }).getByRole('link', { name: /^dragged/ });
  await bar.waitFor();
  // What was promised is open no more: the next one of that size comes later.
  await page.getByText('It does not fit.').waitFor();
  await page
    .locator('.proposals li')
    .getByText(/later:/)
    .waitFor();
  await shot(page, 'story-window');
  await bar.click();
  await page.locator('.figures').getByText('Prepared', { exact: true }).waitFor();
  await close();
});

test('an operation is run from the explorer, in both signatures and both formats', async () => {
  const { page, close } = await begin(`/explorer/DescribeCapacityReservations${at}`);
  const answer = page.getByRole('region', { name: 'Answer', exact: true });
  for (const [scheme, format, begins] of [
    ['V3', 'JSON', '{'],
    ['V3', 'XML', '<?xml'],
    ['V1', 'JSON', '{'],
    ['V1', 'XML', '<?xml'],
  ]) {
    await page.getByLabel('Signature version').selectOption(scheme);
    await page.getByLabel('Answer format').selectOption(format);
    await page.getByRole('button', { name: 'Send' }).click();
    await answer.getByText(/CapacityReservationSet/).waitFor();
    await page.waitForFunction(
      (start) => document.querySelector('pre[aria-label=Answer]').textContent.startsWith(start),
      begins,
    );
    await page.getByRole('region', { name: 'Request', exact: true }).getByText(SIGNED[scheme]).waitFor();
    assert.equal(await page.locator('.facts .status').textContent(), '200');
  }
  await page.getByRole('tab', { name: 'Signature' }).click();
  await page.getByRole('heading', { name: 'String to sign' }).waitFor();
  await page.getByText('Of the request that was sent.').waitFor();
  await shot(page, 'story-signature');
  await page.getByRole('tab', { name: 'Sample code' }).click();
  await page.getByRole('button', { name: 'curl' }).click();
  await page.getByRole('region', { name: 'curl sample' }).waitFor();
  await close();
});

test('the permalink of the explorer holds all of its state but the key', async () => {
  const { page, close } = await begin(`/explorer/CreateCapacityReservation${at}`);
  await page.getByLabel(/^ZoneId\.1/).fill(zone);
  await page.getByLabel(/^InstanceType/).fill(TYPE);
  await page.getByLabel(/^InstanceAmount/).fill('0');
  await page.getByText('At least 1.').waitFor();
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('link', { name: 'InvalidInstanceAmount.ValueNotSupported' }).waitFor();
  await page.getByRole('tab', { name: 'Sample code' }).click();
  await page.getByRole('button', { name: 'Go', exact: true }).click();
  const address = page.url();
  assert.ok(!address.includes(process.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET));
  const other = await open(browser, {
    path: address.slice(`${endpoint}/console`.length),
  });
  await other.page.getByRole('region', { name: 'Go sample' }).waitFor();
  assert.equal(await other.page.getByLabel(/^InstanceType/).inputValue(), TYPE);
  assert.match(await other.page.getByRole('region', { name: 'Go sample' }).textContent(), /"InstanceAmount": tea/);
  await other.close();
  await close();
});

test('what a fault recommends is its page, and codes are found by message, status and operation', async () => {
  const answer = await fetch(`${endpoint}/?Action=Nothing&Format=JSON`);
  const { Recommend, Code, RequestId } = await answer.json();
  assert.equal(Recommend, `${endpoint}/console/errors/${Code}?requestId=${RequestId}`);
  const { page, close } = await open(browser, {
    path: Recommend.slice(`${endpoint}/console`.length),
  });
  await page.getByRole('heading', { name: Code, level: 1 }).waitFor();
  await page.getByText(RequestId).waitFor();
  await page.getByRole('heading', { name: 'What to do' }).waitFor();
  await page.getByRole('link', { name: 'All errors' }).click();
  for (const [words, code] of [
    ['NoStock 403', 'OperationDenied.NoStock'],
    ['denied due to user flow', 'Throttling.User'],
    ['ReleaseCapacityReservation expired or inactive', 'Invalid.PrivatePoolOptions.status'],
  ]) {
    await page.getByRole('searchbox').fill(words);
    await page.getByRole('link', { name: code }).waitFor();
  }
  await page.getByRole('searchbox').fill('nothing has these words');
  await page.getByText('No code fits').waitFor();
  await close();
});

test('an operator drains a host with a preview and restores it, and gives out a key', async () => {
  const { page, close } = await begin(`/fleet/hosts${at}&class=g7`);
  const first = page.getByRole('table', { name: 'Hosts', exact: true }).locator('tbody tr').first();
  const name = await first.locator('td').nth(1).textContent();
  await first.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Drain…' }).click();
  await page.getByText('nothing promised would be short').waitFor();
  await shot(page, 'story-drain');
  await page.getByRole('button', { name: 'Drain them' }).click();
  const row = page.getByRole('row').filter({ hasText: name });
  await row.getByText('Draining').waitFor();
  await row.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Restore…' }).click();
  await page.getByRole('button', { name: 'Restore them' }).click();
  await row.getByText('InService').waitFor();

  await page.getByRole('link', { name: 'Accounts and keys' }).click();
  await page.getByRole('button', { name: 'New account' }).click();
  await page.getByLabel('Name').fill('tenant');
  await page.getByRole('button', { name: 'Make it' }).click();
  const tenant = page.locator('.panel', { hasText: 'tenant' });
  await tenant.getByRole('button', { name: 'New key' }).click();
  await page.getByRole('button', { name: 'Make it' }).click();
  const shown = await page.getByRole('dialog').locator('p.mono').innerText();
  const [id, secret] = shown.split(/\s+/);
  await page.getByRole('button', { name: 'I have noted it' }).click();
  await close();

  // Who is no operator is told why there is nothing to see.
  const other = await open(browser, { path: `/fleet/hosts${at}` });
  await signIn(other.page, id, secret);
  await other.page.getByText('This key may not see the fleet').waitFor();
  await other.close();
});

test('what a drain would leave short is told before, and is what comes of it', async () => {
  const [HostClass, InstanceType] = ['story', 'ecs.story.large'];
  await call('PutHostClass', { HostClass, Vcpus: 8, MemoryGib: 32 });
  await call('PutInstanceType', {
    InstanceType,
    HostClass,
    Vcpus: 2,
    MemoryGib: 8,
  });
  const hosts = ['story-1', 'story-2'].map((HostId) => ({
    HostId,
    ZoneId: zone,
    HostClass,
  }));
  await call('RegisterHosts', {
    RegionId: region,
    Hosts: JSON.stringify(hosts),
  });
  const where = {
    RegionId: region,
    'ZoneId.1': zone,
    InstanceType,
    InstanceAmount: 6,
  };
  const { PrivatePoolOptionsId: id } = await call('CreateCapacityReservation', where);

  const { page, close } = await begin(`/fleet/hosts${at}&q=story-1`);
  await page.getByRole('checkbox', { name: 'Choose story-1' }).check();
  await page.getByRole('button', { name: 'Drain…' }).click();
  const told = await page.getByText(/promises would be short:/).textContent();
  await page.getByRole('button', { name: 'Drain them' }).click();
  await page.getByText('Draining', { exact: true }).last().waitFor();
  const { Pools } = await call('DescribePools', {
    RegionId: region,
    ZoneId: zone,
    HostClass,
  });
  const [pool] = Pools.Pool;
  const short = pool.Rungs.Rung.filter((it) => it.Slack < 0).map((it) => `${-it.Slack} of ${it.Units} units`);
  assert.ok(short.length > 0 && told.includes(`${short.join(', ')}.`), `${told} / ${short}`);
  await page.getByRole('link', { name: 'Pools' }).click();
  await page.getByRole('table', { name: 'Shortfalls' }).getByText(id).waitFor();
  await shot(page, 'story-shortfall');
  await close();
});

test('everything can be reached and done with the keyboard', async () => {
  const { page, close } = await begin();
  await page.keyboard.press('g');
  await page.keyboard.press('x');
  await page.getByRole('heading', { name: 'Errors', level: 1 }).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('DryRunOperation');
  await page.keyboard.press('Tab');
  assert.equal(
    await page.evaluate(() => document.activeElement.querySelector('.mono')?.textContent),
    'DryRunOperation',
  );
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'DryRunOperation', level: 1 }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  const reserve = page.getByRole('button', { name: 'Reserve', exact: true });
  await reserve.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.ok(await reserve.evaluate((it) => it === document.activeElement), 'focus returns to where it was');
  await close();
});
