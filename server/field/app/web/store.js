// Everything the phone keeps: one IndexedDB, opened once; writes that matter are strict, so "complete" means on disk.
import "./vendor/idb.js";

const { openDB } = self.idb;
const NAME = "koumen";
export const DAY = 86_400_000;
export const KEEP = 14 * DAY;
let db;

export async function open() {
  db = await openDB(NAME, 1, { upgrade: build, blocking: () => db.close(), terminated: () => location.reload() });
  return db;
}

function build(db) {
  db.createObjectStore("meta");
  db.createObjectStore("body", { keyPath: ["bucket", "type", "id"] });
  db.createObjectStore("cursor", { keyPath: "bucket" });
  db.createObjectStore("outbox", { keyPath: "id" });
  db.createObjectStore("photo", { keyPath: "sha" });
  db.createObjectStore("draft", { keyPath: "key" });
}

/** One strict transaction: `work` gets it, and what it returns is answered only after the bytes are on disk. */
export async function strict(stores, work) {
  const tx = db.transaction(stores, "readwrite", { durability: "strict" });
  try {
    const answer = await work(tx);
    await tx.done;
    return answer;
  } catch (problem) {
    tx.done.catch(() => {});
    try { tx.abort(); } catch { /* it has ended already */ }
    throw problem;
  }
}

export const get = (store, key) => db.get(store, key);
export const all = (store, range) => db.getAll(store, range);
export const meta = (key) => db.get("meta", key);
export const setMeta = (values) => strict(["meta"], (tx) => putMeta(tx, values));

export function putMeta(tx, values) {
  const store = tx.objectStore("meta");
  return Promise.all(Object.entries(values).map(([key, value]) => store.put(value, key)));
}

/** All of `meta` as one object. */
export async function metas() {
  const tx = db.transaction("meta");
  const [keys, values] = await Promise.all([tx.store.getAllKeys(), tx.store.getAll()]);
  return Object.fromEntries(keys.map((key, i) => [key, values[i]]));
}

export const bucketRange = (bucket) => IDBKeyRange.bound([bucket], [bucket, []]);

/** Forgets what came from the server; what was made here (records, photos, drafts) stays. */
export const eraseBuckets = (more = {}) => strict(["body", "cursor", "meta"], async (tx) => {
  await tx.objectStore("body").clear();
  await tx.objectStore("cursor").clear();
  await putMeta(tx, { head: null, ...more });
});

/** Forgets everything; the caller has made sure that nothing waits to be sent. */
export const eraseAll = () => strict([...db.objectStoreNames], (tx) =>
  Promise.all([...tx.objectStoreNames].map((name) => tx.objectStore(name).clear())));

const channel = "BroadcastChannel" in self ? new BroadcastChannel("koumen") : { postMessage() {} };
const listeners = new Set();

/** Says in this tab and in others that something stored has changed: "outbox", "body" or "meta". */
export function changed(what) {
  listeners.forEach((hear) => hear(what, true));
  channel.postMessage(what);
}
export const onChange = (hear) => listeners.add(hear);
channel.onmessage = (event) => listeners.forEach((hear) => hear(event.data, false));
