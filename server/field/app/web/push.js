// The one sender: records first, then photos one by one; tries again by itself, ever more seldom, and never twice at once.
import { CLIENT, Trouble, call } from "./net.js";
import { all, changed, metas, setMeta, strict } from "./store.js";
import { replay } from "./outbox.js";
import { now } from "./clock.js";

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
