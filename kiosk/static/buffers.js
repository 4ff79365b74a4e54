// Two buffers for the snapshot, written in turn with a checksum: a half-written one falls back to the other. IndexedDB
// with strict durability survives a power cut; without it (private mode) the page goes on from memory.
let handle

export function crc(text) {
  let sum = -1
  for (const byte of new TextEncoder().encode(text)) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1))
  }
  return (~sum >>> 0).toString(16)
}

function open() {
  handle ??= new Promise((done, fail) => {
    const ask = indexedDB.open('koumen-kiosk', 1)
    ask.onupgradeneeded = () => ask.result.createObjectStore('buffer', { keyPath: 'slot' })
    ask.onsuccess = () => done(ask.result)
    ask.onerror = () => fail(ask.error)
  })
  return handle
}

async function run(mode, work) {
  const db = await open()
  return new Promise((done, fail) => {
    const tx = db.transaction('buffer', mode, { durability: 'strict' })
    const ask = work(tx.objectStore('buffer'))
    tx.oncomplete = () => done(ask.result)
    tx.onerror = tx.onabort = () => fail(tx.error)
  })
}

export function sound(row) {
  try {
    if (!row || crc(row.text) !== row.sum) return null
    const snap = JSON.parse(row.text)
    return snap.rev && Array.isArray(snap.announcements) ? snap : null
  } catch {
    return null
  }
}

export async function load() {
  try {
    const rows = await run('readonly', (store) => store.getAll())
    return rows.sort((a, b) => b.n - a.n).map(sound).find(Boolean) ?? null
  } catch {
    return null
  }
}

export async function save(text) {
  try {
    const rows = await run('readonly', (store) => store.getAll())
    const newest = rows.filter(sound).sort((a, b) => b.n - a.n)[0]
    const slot = newest?.slot === 'a' ? 'b' : 'a'
    await run('readwrite', (store) => store.put({ slot, n: (newest?.n ?? 0) + 1, text, sum: crc(text) }))
    return true
  } catch {
    return false
  }
}

export async function forget() {
  try {
    await run('readwrite', (store) => store.clear())
  } catch { /* nothing was kept, so nothing has to go */ }
}
