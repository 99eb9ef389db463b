// A real Chromium on the console, for the stories: signed in or not, watched for what it must not do, photographed.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { endpoint } from '../wire.mjs';

const axe = createRequire(import.meta.url)('axe-core');
const shots = process.env.SHOTS;
mkdirSync(shots, { recursive: true });

export const WIDE = { width: 1280, height: 860 };
export const NARROW = { width: 390, height: 844 };

/** A browser with an empty profile that asks nobody for anything by itself. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // A name that is no loopback address: over plain HTTP browsers do not trust it.
      '--host-resolver-rules=MAP berth.test 127.0.0.1',
    ],
  });
}

/** A page of its own, which fails its story when it asks another host, breaks its policy or throws. */
export async function open(browser, { theme = 'light', viewport = WIDE, path = '' } = {}) {
  const context = await browser.newContext({
    viewport,
    colorScheme: theme,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const wrong = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin !== new URL(endpoint).origin) wrong.push(`asked ${url.origin}`);
  });
  page.on('pageerror', (error) => wrong.push(`threw ${error.stack}`));
  page.on('console', (message) => {
    // Answers that say no are logged by the browser itself.
    const refused = message.text().startsWith('Failed to load resource: the server responded with a status of 4');
    if (message.type() === 'error' && !refused) wrong.push(`logged ${message.text()}`);
  });
  await page.addInitScript(() => {
    globalThis.shifted = 0;
    new PerformanceObserver((list) => {
      for (const it of list.getEntries()) globalThis.shifted += it.hadRecentInput ? 0 : it.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(`${endpoint}/console${path}`);
  return {
    page,
    /** Goes to another view as a link does: without loading the page anew, which would forget the key. */
    async visit(to) {
      await page.evaluate((address) => {
        history.pushState(null, '', address);
        dispatchEvent(new PopStateEvent('popstate'));
      }, `/console${to}`);
    },
    /** `expected` are parts of what it may have logged. */
    async close(expected = []) {
      const unexpected = wrong.filter((it) => !expected.some((part) => it.includes(part)));
      assert.deepEqual(unexpected, []);
      await context.close();
    },
  };
}

/** Fills in the key as a person would. */
export async function signIn(page, id = process.env.ALIBABA_CLOUD_ACCESS_KEY_ID, secret = undefined) {
  await page.getByLabel('AccessKey ID').fill(id);
  await page.getByLabel('AccessKey secret').fill(secret ?? process.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET);
  await page.getByRole('button', { name: 'Sign in', exact: true }).last().click();
}

export async function shot(page, name) {
  await page.screenshot({ path: join(shots, `${name}.png`) });
}

/** How far things have moved by themselves since this was last asked, as browsers measure it. */
export async function jumped(page) {
  return page.evaluate(async () => {
    // Told after the frame in which it happened.
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const { shifted } = globalThis;
    globalThis.shifted = 0;
    return shifted;
  });
}

/** What is wrong with a page: serious faults by axe, and what is wider than the screen. */
export async function sound(page, name) {
  // Through the protocol of the debugger: the page's own policy forbids scripts that are not its own.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  const bad = violations.filter((it) => ['serious', 'critical'].includes(it.impact));
  const told = bad.map(
    (it) =>
      `${name}: ${it.id}: ${it.nodes
        .slice(0, 3)
        .map((node) => node.html)
        .join(' ')}`,
  );
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  return beyond > 0 ? [...told, `${name}: ${beyond} pixels wider than the screen`] : told;
}
