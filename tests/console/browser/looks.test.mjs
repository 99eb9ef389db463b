// Every view at both widths and in both themes: photographed, held against axe, and no wider than the screen.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, region, zone } from '../wire.mjs';
import { NARROW, WIDE, jumped, launch, open, shot, signIn, sound } from './page.mjs';

const at = `?region=${region}`;
const TYPE = 'ecs.c7.xlarge';
let browser;
let id;

before(async () => {
  browser = await launch();
  const where = { RegionId: region, InstanceType: TYPE };
  const made = await call('CreateCapacityReservation', {
    ...where,
    'ZoneId.1': zone,
    InstanceAmount: 12,
    'PrivatePoolOptions.Name': 'checkout-service',
    'Tag.1.Key': 'team',
    'Tag.1.Value': 'shop',
  });
  id = made.PrivatePoolOptionsId;
  await call('RunInstances', {
    ...where,
    ZoneId: zone,
    Amount: 7,
    'PrivatePoolOptions.MatchCriteria': 'Target',
    'PrivatePoolOptions.Id': id,
  });
  await call('ReserveWindow', {
    ...where,
    ZoneId: zone,
    InstanceAmount: 40,
    StartTime: moment(26),
    EndTime: moment(50),
    'PrivatePoolOptions.Name': 'load-test',
  });
});
after(() => browser.close());

const moment = (hours) => `${new Date(Date.now() + hours * 3.6e6).toISOString().slice(0, 13)}:00:00Z`;

/** Each view, and what is there once it has loaded. */
const views = () => [
  ['reservations', `/reservations${at}`, 'table'],
  ['reservation', `/reservations/${id}${at}`, '.plot canvas'],
  ['history', `/reservations/${id}${at}`, 'table[aria-label=History]'],
  ['timeline', `/timeline${at}&zone=${zone}&type=${TYPE}&from=${moment(8)}&to=${moment(20)}`, '.verdict strong'],
  ['fleet-hosts', `/fleet/hosts${at}`, 'table[aria-label=Hosts]'],
  ['fleet-pools', `/fleet/pools${at}`, 'table'],
  ['fleet-accounts', `/fleet/accounts${at}`, '.keys'],
  ['explorer', `/explorer/CreateCapacityReservation${at}&ZoneId.1=${zone}&InstanceType=${TYPE}`, 'form'],
  ['explorer-samples', `/explorer/ReserveWindow${at}&ZoneId=${zone}&tab=samples&lang=python`, '.code'],
  ['explorer-signature', `/explorer/DescribePools${at}&tab=signature`, '.steps'],
  ['explorer-reference', `/explorer/RunInstances${at}&tab=reference`, '.reference'],
  ['errors', '/errors', '.codes'],
  ['error', '/errors/OperationDenied.NoStock', 'table'],
];

for (const theme of ['light', 'dark']) {
  for (const [size, viewport] of [
    ['1280', WIDE],
    ['390', NARROW],
  ]) {
    test(`every view, ${theme}, at ${size}`, async () => {
      const { page, visit, close } = await open(browser, {
        theme,
        viewport,
        path: `/reservations${at}`,
      });
      const wrong = await sound(page, 'signing in');
      await signIn(page);
      await page.locator('table').first().waitFor();
      for (const [name, path, there] of views()) {
        await jumped(page);
        await visit(path);
        await page.locator(there).first().waitFor();
        await shot(page, `${name}-${theme}-${size}`);
        const jump = await jumped(page);
        // Beyond this browsers call a page restless.
        if (jump > 0.1) wrong.push(`${name}: things jump by ${jump.toFixed(2)} while it loads`);
        wrong.push(...(await sound(page, name)));
      }
      assert.deepEqual(wrong, []);
      await close();
    });
  }
}

test('the first paint, measured', async () => {
  const { page, close } = await open(browser, { path: '/errors' });
  await page.locator('.codes').waitFor();
  const paint = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
  );
  console.log(`first contentful paint after ${paint.toFixed(0)} ms`);
  await close();
});
