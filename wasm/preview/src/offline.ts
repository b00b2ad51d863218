// The service worker: the page without a network, and headers for threads where the server sends none.

const reloaded = 'nbt-preview-reloaded';

/** Where the server sends no headers, the page is loaded again once, unless somebody has begun to use it. */
export async function setUpServiceWorker(): Promise<void> {
  if (import.meta.env.DEV || !('serviceWorker' in navigator)) return;
  let used = false;
  for (const event of ['pointerdown', 'keydown', 'drop']) {
    addEventListener(event, () => (used = true), { once: true, capture: true });
  }
  try {
    await navigator.serviceWorker.register('./service_worker.js');
    if (crossOriginIsolated || sessionStorage.getItem(reloaded)) return; // once is enough: this browser does not share
    await navigator.serviceWorker.ready;
    if (used) return;
    sessionStorage.setItem(reloaded, 'yes');
    location.reload();
  } catch {
    // Private windows and plain http forbid it; the page works without.
  }
}
