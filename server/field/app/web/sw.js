// Keeps the app itself on the phone. The list and the version below are made by Python from the files' hashes.
const VERSION = "@version@";
const FILES = @files@;
const NAME = `koumen-m-${VERSION}`;

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(tidy()));
self.addEventListener("message", (event) => { if (event.data === "go") self.skipWaiting(); });
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const scope = new URL(self.registration.scope);
  if (event.request.method !== "GET" || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return;
  event.respondWith(answer(event.request, scope));
});

/** Every file of this version; what an older version holds unchanged is not fetched again. */
async function fill() {
  const cache = await caches.open(NAME);
  const older = await Promise.all((await caches.keys()).filter((name) => name.startsWith("koumen-m-") && name !== NAME).map((name) => caches.open(name)));
  await Promise.all(FILES.map(([path, hash]) => one(cache, older, path, hash)));
}

async function one(cache, older, path, hash) {
  for (const old of older) {
    for (const request of await old.keys()) {
      const found = request.url.endsWith(`/${path.split("/").pop()}`) && await old.match(request);
      if (found && found.headers.get("ETag")?.includes(hash)) return cache.put(path, found);
    }
  }
  const fresh = await fetch(path, path === "./" ? { cache: "no-cache" } : {});
  if (!fresh.ok || !fresh.headers.get("ETag")?.includes(hash)) throw new Error(`${path} is not of this version`);
  return cache.put(path, fresh);
}

async function tidy() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("koumen-m-") && name !== NAME).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function answer(request, scope) {
  const cache = await caches.open(NAME);
  const found = await cache.match(request.mode === "navigate" ? scope.href : request, { ignoreSearch: true });
  return found || fetch(request);
}
