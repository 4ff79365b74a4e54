// Buckets down: applied with their cursors in one transaction; what left the scope leaves the phone.
import { CLIENT, call } from "./net.js";
import { all, bucketRange, changed, eraseBuckets, metas, putMeta, strict } from "./store.js";
import { replay } from "./outbox.js";
import { heard, jump, now } from "./clock.js";

/** Asks cheaply whether anything is new, and pulls page after page until every bucket is at its head. */
export async function pull({ force = false } = {}) {
  const me = await metas();
  if (!me.token) return;
  const known = (await all("cursor")).length > 0;
  const head = known && await call("GET", "sync/head", { token: me.token, headers: me.head ? { "If-None-Match": me.head } : {} });
  if (head.same && !force) return renew(me);
  for (let page = 0, complete = false; !complete && page < 400; page += 1) complete = await pullPage();
  await strict(["meta"], (tx) => putMeta(tx, { head: head.etag || null, pulledAt: now() }));
  changed("body");
}

/** An unchanged head is contact too: the lease runs from here. */
const renew = (me) => strict(["meta"], (tx) => putMeta(tx, { lease: now() + (me.leaseHours || 24) * 3_600_000, pulledAt: now() }));

async function pullPage() {
  const me = await metas();
  const buckets = Object.fromEntries((await all("cursor")).map((row) => [row.bucket, row.cursor]));
  const json = { client: CLIENT, limit: 500, buckets, ...(me.epoch ? { epoch: me.epoch } : {}) };
  const { data } = await call("POST", "sync/pull", { token: me.token, json });
  await heard(data.server_time);
  await apply(data);
  if (data.replay_ops) await replay(data.epoch);
  changed("body");
  return data.complete;
}

/** One page in one transaction. A bucket whose digest disagrees forgets its cursor and comes again whole. */
export function apply(answer) {
  return strict(["body", "cursor", "meta"], async (tx) => {
    await leave(tx, new Set(answer.scope));
    for (const [bucket, part] of Object.entries(answer.buckets)) {
      await change(tx.objectStore("body"), bucket, part);
      await tx.objectStore("cursor").put({ bucket, cursor: part.cursor });
      if (part.digest && !(await agrees(tx, bucket, part.digest))) await tx.objectStore("cursor").delete(bucket);
    }
    const epoch = answer.replay_ops ? {} : { epoch: answer.epoch };
    await putMeta(tx, { lease: Date.parse(answer.lease_until), scope: answer.scope, lapsed: false, ...epoch });
  });
}

async function leave(tx, scope) {
  for (const bucket of await tx.objectStore("cursor").getAllKeys()) {
    if (scope.has(bucket)) continue;
    await tx.objectStore("cursor").delete(bucket);
    await tx.objectStore("body").delete(bucketRange(bucket));
  }
}

async function change(store, bucket, part) {
  if (part.mode === "reset") await store.delete(bucketRange(bucket));
  for (const { op, type, id, n, data } of part.changes) {
    if (op === "put") await store.put({ bucket, type, id, n, data });
    else await store.delete([bucket, type, id]);
  }
}

async function agrees(tx, bucket, digest) {
  const rows = await tx.objectStore("body").getAll(bucketRange(bucket));
  const sum = rows.reduce((total, row) => (total + crc32(`${row.type}:${row.id}:${row.n}`)) >>> 0, 0);
  return rows.length === digest.count && sum.toString(16).padStart(8, "0") === digest.sum;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k += 1) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n >>> 0;
});

export function crc32(text) {
  let crc = 0xffffffff;
  for (const byte of new TextEncoder().encode(text)) crc = (crc >>> 8) ^ TABLE[(crc ^ byte) & 255];
  return (crc ^ 0xffffffff) >>> 0;
}

/** Too long without contact: owners' data goes, own records stay. A clock that jumped erases nothing. */
export async function checkLease() {
  const me = await metas();
  if (!me.lease || now() <= me.lease || jump.minutes || me.lapsed) return Boolean(me.lapsed);
  await eraseBuckets({ lapsed: true, lease: null });
  changed("body");
  return true;
}
