// What was recorded here and whether it has arrived. A saved op is never rewritten; only what is known about it changes.
import { DAY, KEEP, all, changed, putMeta, strict } from "./store.js";
import { newId, now, stamp } from "./clock.js";

/**
 * Saves one op for ever: the record, its photos' bytes and the end of its draft in one strict transaction.
 * `kind`, `route`, `household`, `data` as in the push; `photos` are hashes kept with the draft; answers the op's id.
 */
export async function record({ kind, route, household, data, photos = [], replaces, draft, who, label = "" }) {
  const id = newId();
  await strict(["meta", "outbox", "photo", "draft"], async (tx) => {
    const n = ((await tx.objectStore("meta").get("n")) || 0) + 1;
    const op = { op: id, n, kind, schema: 1, at: stamp(), route, household, ...(replaces ? { replaces } : {}), data };
    await tx.objectStore("outbox").put({
      id, n, op, photos, label, staff: who.staff, device: who.device, savedAt: now(), state: "waiting", tries: 0, dueAt: 0,
    });
    for (const sha of photos) {
      const photo = await tx.objectStore("photo").get(sha);
      if (photo) await tx.objectStore("photo").put({ ...photo, state: photo.state === "sent" ? "sent" : "waiting", savedAt: now() });
    }
    if (replaces) await settle(tx, replaces);
    if (draft) await tx.objectStore("draft").delete(draft);
    await putMeta(tx, { n });
  });
  changed("outbox");
  return id;
}

async function settle(tx, replaced) {
  const row = await tx.objectStore("outbox").get(replaced);
  if (row) await tx.objectStore("outbox").put({ ...row, state: "replaced" });
}

/** The three states people see, and the one that asks for them. */
export function stateOf(row, photos) {
  if (row.state === "rejected") return "trouble";
  if (row.state === "waiting") return "waiting";
  if (row.photos.some((sha) => photos.get(sha)?.state === "bad")) return "trouble";
  return row.photos.some((sha) => photos.get(sha)?.state === "waiting") ? "photos" : "sent";
}

/** The whole outbox, newest first, each row with `shown`; `unsent` counts what has not fully arrived. */
export async function outbox() {
  const [rows, list] = await Promise.all([all("outbox"), all("photo")]);
  const photos = new Map(list.map((photo) => [photo.sha, photo]));
  const shown = rows.filter((row) => row.state !== "replaced").map((row) => ({ ...row, shown: stateOf(row, photos) })).reverse();
  const count = (state) => shown.filter((row) => row.shown === state).length;
  return {
    rows: shown, photos, unsent: count("waiting") + count("photos"), trouble: count("trouble"),
    oldest: Math.min(...shown.filter((row) => row.shown !== "sent").map((row) => row.savedAt)),
  };
}

/** Everything of the last fourteen days goes up again: the server was restored from a backup. */
export async function replay(epoch) {
  await strict(["outbox", "photo", "meta"], async (tx) => {
    for (const name of ["outbox", "photo"]) {
      const store = tx.objectStore(name);
      for (const row of await store.getAll()) {
        if (["sent", "rejected"].includes(row.state) && row.savedAt > now() - KEEP) await store.put({ ...row, state: "waiting", tries: 0, dueAt: 0 });
      }
    }
    await putMeta(tx, { epoch });
  });
  changed("outbox");
}

/** What arrived stays fourteen days; what has not arrived stays. Photos of abandoned drafts go after a day. */
export async function prune() {
  await strict(["outbox", "photo", "draft"], async (tx) => {
    const old = now() - KEEP;
    const kept = new Set();
    for (const row of await tx.objectStore("outbox").getAll()) {
      if (["sent", "replaced"].includes(row.state) && (row.sentAt || row.savedAt) < old) await tx.objectStore("outbox").delete(row.id);
      else row.photos.forEach((sha) => kept.add(sha));
    }
    for (const draft of await tx.objectStore("draft").getAll()) (draft.photos || []).forEach((sha) => kept.add(sha));
    for (const photo of await tx.objectStore("photo").getAll()) {
      const over = photo.state === "sent" ? photo.savedAt < old : photo.state === "draft" && photo.savedAt < now() - DAY;
      if (over && !kept.has(photo.sha)) await tx.objectStore("photo").delete(photo.sha);
    }
  });
}

/** The unsent records with their photos as one JSON text, to be carried to the office by hand. */
export async function exported() {
  const { rows, photos } = await outbox();
  const ops = rows.filter((row) => row.shown !== "sent");
  const shas = new Set(ops.flatMap((row) => row.photos));
  const bytes = [...shas].filter((sha) => photos.has(sha)).map((sha) => [sha, base64(photos.get(sha).bytes)]);
  return JSON.stringify({ made: stamp(), ops: ops.map((row) => row.op), photos: Object.fromEntries(bytes) });
}

function base64(buffer) {
  const bytes = new Uint8Array(buffer);
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}
