// The service worker: threads behind a server without headers, and the page without a server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base, follow, go, image, open, settled, skip, useBrowser } from './support.js';

const shared = useBrowser({ isolated: false });

test('without headers and service worker there is one thread, and stopping works', { skip }, async () => {
  const page = await open(shared, { serviceWorkers: 'block' });
  assert.equal(await page.evaluate(() => crossOriginIsolated), false);
  assert.match(await page.textContent('#about'), /1 thread .*without the headers/);
  const before = await image(page);
  const long = { 'detector.pixels': [2048, 2048], 'crystal.mosaic_spread_deg': 1, 'crystal.mosaic_domains': 100 };
  await follow(page, { ...base, ...long });
  await page.locator('#stop').waitFor({ state: 'visible', timeout: 30_000 });
  await page.locator('#stop').click();
  await settled(page, ['stopped']);
  await go(page, base);
  assert.deepEqual(await image(page), before);
  assert.deepEqual(page.errors, []);
});

test('a plain server will do for threads, and none after the first load', { skip }, async () => {
  const page = await open(shared, { wait: false });
  await page.waitForFunction(() => crossOriginIsolated, null, { timeout: 60_000 });
  await settled(page);
  const threads = await page.textContent('#about');
  assert.doesNotMatch(threads, /without the headers/);
  const before = await image(page);
  await page.context().setOffline(true);
  shared.server.closeAllConnections();
  await new Promise((resolve) => shared.server.close(resolve));
  await page.reload();
  await settled(page);
  assert.deepEqual(await image(page), before);
  assert.deepEqual(page.errors, []);
});
