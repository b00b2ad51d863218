// Keeps the page for use without a network, and serves it with the headers that let its threads share memory, so that
// any static server will do. The build writes release and files in here (vite.config.ts).
const release = 'RELEASE';
const files = [/* FILES */];
const name = `nbt-preview-${release}`;

self.addEventListener('install', (event) => {
  event.waitUntil(keep().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== self.location.origin) return;
  event.respondWith(answer(request));
});

async function keep() {
  const cache = await caches.open(name);
  await cache.addAll(['./', ...files]);
}

async function forgetOthers() {
  const old = (await caches.keys()).filter((key) => key.startsWith('nbt-preview-') && key !== name);
  await Promise.all(old.map((key) => caches.delete(key)));
}

async function answer(request) {
  const cache = await caches.open(name);
  const kept = await cache.match(request, { ignoreSearch: request.mode === 'navigate' });
  return isolated(kept ?? (await fetch(request)));
}

function isolated(response) {
  if (response.status === 0) return response;
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  headers.set('Cross-Origin-Resource-Policy', 'same-origin');
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
