// The service worker: threads behind a server without headers, and the page without a server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { image, open, settled, skip, useBrowser } from './support.js';

const shared = useBrowser({ isolated: false });

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
