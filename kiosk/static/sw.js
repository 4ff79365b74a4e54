// Service worker of /k/: the shell by its hash, so that the page starts with the server gone. Data never passes here.
const SHELL = "SHELL"
const FILES = ["FILES"]
const CACHE = `kiosk-${SHELL}`

self.addEventListener('install', (event) => {
  self.skipWaiting()
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: 'reload' })))))
})

self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith('kiosk-') && name !== CACHE) await caches.delete(name)
    await self.clients.claim()
  })())
})

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url)
  if (event.request.method !== 'GET' || url.origin !== location.origin || url.pathname.startsWith('/k/v1/')) return
  event.respondWith((async () => {
    const cache = await caches.open(CACHE)
    const page = event.request.mode === 'navigate' ? './' : event.request
    return (await cache.match(page, { ignoreSearch: true })) ?? fetch(event.request)
  })())
})
