// Ops up, buckets down. Records go first, then photos one by one; a page of a pull is applied in one transaction.
import { CLIENT, Trouble, call } from "./net.js";
import { all, bucketRange, changed, eraseBuckets, metas, putMeta, setMeta, strict } from "./store.js";
import { replay } from "./outbox.js";
import { heard, jump, now } from "./clock.js";

const BATCH = 100;
const BYTES = 900_000;
let size = BATCH;

/** Sends what waits; answers "done", "later" (something is left) or throws a Trouble that concerns the whole phone. */
export async function send() {
  const me = await metas();
  if (!me.token) return "done";
  const left = await sendRecords(me);
  const photosLeft = await sendPhotos(me);
  return left || photosLeft ? "later" : "done";
}

async function sendRecords(me) {
  for (;;) {
    const rows = (await all("outbox")).filter((row) => row.state === "waiting");
    const due = rows.filter((row) => row.dueAt <= now() && row.staff === me.staff);
    if (!due.length) return rows.length > 0;
    await sendBatch(me, fit(due), rows.length);
  }
}

function fit(rows) {
  let bytes = 0;
  return rows.slice(0, size).filter((row, i) => (bytes += JSON.stringify(row.op).length * 3) < BYTES || i === 0);
}

async function sendBatch(me, rows, pending) {
  const envelope = { client: CLIENT, n_high: me.n || 0, pending, ops: rows.map((row) => row.op), ...(me.epoch ? { epoch: me.epoch } : {}) };
  try {
    const { data } = await call("POST", "sync/push", { token: me.token, json: envelope });
    size = BATCH;
    await note(rows, data.results);
    if (data.replay_ops) await replay(data.epoch);
    else if (data.epoch !== me.epoch) await setMeta({ epoch: (me.epoch = data.epoch) });
    me.epoch = data.epoch;
  } catch (problem) {
    if (!(problem instanceof Trouble) || ![400, 413, 422].includes(problem.status)) throw problem;
    if (rows.length === 1) await note(rows, [{ op: rows[0].id, status: "rejected", code: problem.code, message: problem.message }]);
    size = Math.max(1, Math.floor(rows.length / 2));
  }
}

/** Writes the server's answers beside the records, all in one transaction. */
async function note(rows, results) {
  await strict(["outbox"], async (tx) => {
    const store = tx.objectStore("outbox");
    for (const [i, row] of rows.entries()) {
      const result = results.find((one) => one.op === row.id) || results[i] || { status: "retry" };
      const kept = await store.get(row.id);
      if (kept) await store.put({ ...kept, ...fate(kept, result) });
    }
  });
  changed("outbox");
}

function fate(row, result) {
  if (result.status === "rejected") return { state: "rejected", result };
  if (result.status === "retry") return { tries: row.tries + 1, dueAt: now() + delay(row.tries + 3), result };
  return { state: "sent", sentAt: now(), result };
}

/** One by one, only of records that have arrived; after three failures the rest waits for the next turn. */
async function sendPhotos(me) {
  const [photos, rows] = await Promise.all([all("photo"), all("outbox")]);
  const arrived = new Set(rows.filter((row) => row.state === "sent").flatMap((row) => row.photos));
  const ready = photos.filter((photo) => photo.state === "waiting" && arrived.has(photo.sha));
  let left = ready.length;
  for (let i = 0, failures = 0; i < ready.length && failures < 3; i += 1) {
    if (await sendPhoto(me, ready[i])) left -= 1;
    else failures += 1;
  }
  return left > 0;
}

async function sendPhoto(me, photo) {
  try {
    await call("PUT", `photos/${photo.sha}`, { token: me.token, bytes: photo.bytes, type: photo.type, wait: 120_000 });
    await markPhoto(photo.sha, { state: "sent" });
    return true;
  } catch (problem) {
    if (!(problem instanceof Trouble) || [401, 426].includes(problem.status)) throw problem;
    const final = [400, 413, 415, 422].includes(problem.status);
    await markPhoto(photo.sha, final ? { state: "bad", why: problem.message } : { tries: (photo.tries || 0) + 1 });
    return final;
  }
}

async function markPhoto(sha, values) {
  await strict(["photo"], async (tx) => {
    const kept = await tx.store.get(sha);
    if (kept) await tx.store.put({ ...kept, ...values });
  });
  changed("outbox");
}

/** Milliseconds until try number `tries`: doubled each time, at most five minutes, never the same for all phones. */
export const delay = (tries) => Math.min(300_000, 1_500 * 2 ** tries) * (0.5 + Math.random());

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
