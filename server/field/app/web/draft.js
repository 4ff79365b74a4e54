// The draft of a visit: on disk after every touch, reopened exactly, turned into the data of an op.
import { strict } from "./store.js";
import { day, now } from "./clock.js";
import { latest, reload, state } from "./model.js";
import { fenOf, yuan } from "./rules.js";
import { beforeLeaving, redraw } from "./ui.js";

const PLAIN = { outcome: "", reason: "", note: "", due: "", own: false, fen: "", ticket: null, claim: null, delivery: null, photos: [], mode: "record", target: "", opened: {} };
export let draft = { key: "" };
let writing = Promise.resolve();
let working = Promise.resolve();

/** Opens the draft of this door, or an empty one. Called on every draw; only the first one reads. */
export function startForm(door) {
  beforeLeaving(leaving);
  if (draft.key === door.key) return;
  draft = { ...structuredClone(PLAIN), ...(state.drafts.get(door.key) || {}), key: door.key };
}

/** Before the door is left: everything written, an empty draft taken away again. */
async function leaving() {
  await settled();
  const blank = !draft.outcome && !draft.note && !draft.photos?.length && !draft.ticket && !draft.delivery;
  if (draft.key && blank) await strict(["draft"], (tx) => tx.store.delete(draft.key));
  await reload();
}

/** Changes the draft; it is on disk when the promise ends. */
export function set(changes) {
  draft = { ...draft, ...changes, at: now() };
  const row = structuredClone(draft);
  writing = writing.then(() => strict(["draft"], (tx) => tx.store.put(row)));
  redraw();
  return writing;
}

/** Work on a picture that belongs to this draft: neither 保存 nor another door may come before it. */
export function busy(work) {
  working = Promise.allSettled([working, work]);
  return work;
}

/** Everything is in the draft, and the draft is on disk. */
export async function settled() {
  await working;
  await writing;
}

/** A saved visit again in the form: what is saved then is a correction, the first record stays as it was. */
export function correct(door, row, mode = "correct") {
  const data = mode === "correct" ? latest(row) : row.op.data;
  draft = { ...structuredClone(PLAIN), ...fromData(data), key: door.key, mode, target: row.id };
  set({});
}

const fromData = (data) => ({
  outcome: data.outcome, reason: data.reason || "", note: data.note || "", due: data.promise?.due || "", own: Boolean(data.promise),
  fen: data.promise ? yuan(data.promise.fen || 0) : "", ticket: data.ticket || null, delivery: data.delivery || null, photos: data.photos || [],
  claim: data.claim ? { channel: data.claim.channel, fen: yuan(data.claim.fen) } : null,
});

/** What is missing, as a sentence, or "". */
export function missing() {
  if (draft.outcome === "promised" && !draft.due) return "答应哪天缴？请选日期。";
  if (draft.outcome === "promised" && draft.due < day()) return "承诺日期已经过去，请重选。";
  if (draft.outcome === "promised" && !fenOf(draft.fen || "")) return "答应缴多少？请填金额，例如 1280.00。";
  if (draft.claim && !fenOf(draft.claim.fen)) return "收了多少？请填金额，例如 1280.00。";
  if (draft.ticket && !draft.ticket.text.trim()) return "工单里请写一句业主说了什么。";
  if (draft.delivery && !draft.delivery.notice) return "送达的是哪一份？请选通知编号。";
  if (draft.delivery && !draft.delivery.proof) return "怎样送达？请选一种。";
  if (draft.delivery?.proof === "signed" && !draft.delivery.signer) return "谁签收？请选一个。";
  return "";
}

export function dataOf() {
  const { outcome, reason, note, ticket, claim, delivery, photos } = draft;
  return {
    outcome, reason: reason || null, note: note.trim() || null,
    promise: outcome === "promised" ? { due: draft.due, fen: fenOf(draft.fen) } : null,
    ticket: ticket ? { kind: ticket.kind, text: ticket.text.trim() } : null,
    claim: claim ? { channel: claim.channel, fen: fenOf(claim.fen) } : null,
    delivery: delivery ? { notice: delivery.notice, proof: delivery.proof, signer: delivery.signer || null } : null,
    photos,
  };
}

/** Takes the draft away for good. */
export async function abandon(door) {
  await settled();
  await strict(["draft"], (tx) => tx.store.delete(door.key));
  draft = { key: "" };
  await reload();
}

/** After saving: the transaction has taken the stored draft away. */
export const forget = () => { draft = { key: "" }; };
