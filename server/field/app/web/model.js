// What the views read: bodies from the server and records from here, joined into doors. One object, rebuilt on change.
import { all, metas, onChange } from "./store.js";
import { outbox } from "./outbox.js";
import { day, now } from "./clock.js";
import { split } from "./rules.js";

export const state = { me: {}, box: { rows: [], photos: new Map(), unsent: 0, trouble: 0 }, routes: [], homes: new Map(), set: new Map(), drafts: new Map(), scripts: new Map(), rooms: [], codes: [], messages: [], ready: false };

const views = new Set();
export const onModel = (draw) => views.add(draw);

/** Reads everything again and tells the views. Eighty doors take a few milliseconds. */
export async function load() {
  const [me, box, rows, drafts] = await Promise.all([metas(), outbox(), all("body"), all("draft")]);
  const of = (type) => rows.filter((row) => row.type === type);
  state.me = me;
  state.box = box;
  state.drafts = new Map(drafts.map((draft) => [draft.key, draft]));
  state.homes = new Map(of("household").sort((a, b) => a.n - b.n).map((row) => [row.id, { ...row.data, id: row.id }]));
  state.scripts = new Map(of("script").map((row) => [row.data.key || row.id, row.data.text]));
  state.rooms = roomsOf(of("setting"));
  state.set = setOf(of("setting"));
  state.codes = [...state.homes.values()].flatMap((home) => (home.codes || []).map((prefix) => ({ prefix, home })));
  state.messages = [...of("message"), ...of("op_result")].map((row) => ({ ...row.data, type: row.type, id: row.id }));
  state.routes = routesOf(rows);
  state.ready = true;
  views.forEach((draw) => draw());
}

let pending;
/** Many changes in one breath are one reading. */
export function reload() {
  pending ||= Promise.resolve().then(() => { pending = null; return load(); });
  return pending;
}
onChange(reload);

/** Settings named rooms:… carry [household, code] pairs of one building. */
const roomsOf = (rows) => rows.flatMap((row) => (row.data.rooms || []).map(([id, code]) => ({ id, code, org: row.bucket })));

/** {org bucket: what its office has set}. */
function setOf(rows) {
  const found = new Map();
  for (const { bucket, id, data } of rows) if (data.text) found.set(bucket, { ...found.get(bucket), [id]: data.text });
  return found;
}

function routesOf(rows) {
  const buckets = [...new Set(rows.map((row) => row.bucket).filter((bucket) => bucket.startsWith("route:")))];
  const today = day();
  return buckets.map((bucket) => {
    const mine = rows.filter((row) => row.bucket === bucket);
    const route = { id: bucket.slice(6), date: dateOf(mine.find((row) => row.type === "stop")?.data.window) || today };
    route.doors = mine.filter((row) => row.type === "stop").map((row) => doorOf(row, route)).filter(Boolean)
      .concat(chance(route, mine)).sort((a, b) => a.position - b.position);
    return route;
  }).sort((a, b) => Math.abs(Date.parse(a.date) - Date.parse(today)) - Math.abs(Date.parse(b.date) - Date.parse(today)) || (a.date < b.date ? -1 : 1));
}

const dateOf = (slot) => slot?.date || slot?.day;

function doorOf(row, route) {
  const stop = { ...row.data, id: row.id };
  const home = state.homes.get(stop.household);
  return home && door(home, route, stop.position, stop.state, stop);
}

/** Homes met by chance that the server has not put on the route yet. */
function chance(route, mine) {
  const known = new Set(mine.filter((row) => row.type === "stop").map((row) => row.data.household));
  return state.box.rows.filter((row) => row.op.kind === "stop.add" && row.op.route === route.id && !known.has(row.op.household) && row.state !== "rejected")
    .map((row) => {
      const kept = state.homes.get(row.op.household);
      const home = kept || { id: row.op.household, code: row.label, owner: "", bills: [], bare: true, outstanding_fen: 0 };
      state.homes.set(home.id, home);
      return door(home, route, Number.MAX_SAFE_INTEGER, "planned", {});
    });
}

function door(home, route, position, serverState, stop) {
  const [group, room] = split(home.code || "");
  const records = state.box.rows.filter((row) => row.op.household === home.id && row.op.route === route.id && row.state !== "rejected");
  const visits = records.filter((row) => row.op.kind === "visit.record");
  const local = fold(visits, records);
  const rank = { done: 3, attempted: 2, skipped: 1 };
  const folded = (rank[local] || 0) > (rank[serverState] || 0) ? local : serverState || "planned";
  return { key: `${route.id}/${home.id}`, home, route, position, group, room, stop, state: folded, record: visits[0], left: !["done", "attempted"].includes(folded) };
}

/** done, else attempted, else skipped, else planned; the same fold as the server's. */
function fold(visits, records) {
  const outcomes = visits.map((row) => latest(row).outcome);
  if (outcomes.some((outcome) => !["not_home", "unsafe"].includes(outcome))) return "done";
  if (outcomes.length) return "attempted";
  return records.some((row) => row.op.kind === "stop.skip") ? "skipped" : "planned";
}

const orgOf = (route) => state.rooms.find((room) => route?.doors.some((one) => one.home.id === room.id))?.org;

/** Rooms of the community this route is in. */
export function roomsNear(route) {
  const org = orgOf(route);
  return org ? state.rooms.filter((room) => room.org === org) : state.rooms;
}

/** What the office of this route's community has set. */
export const setNear = (route) => state.set.get(state.set.size > 1 ? orgOf(route) : [...state.set.keys()][0]);

/** A visit's data after its corrections; the greatest op id holds. */
export function latest(row) {
  const mended = state.box.rows.filter((other) => other.op.kind === "visit.correct" && other.op.data.visit === row.id && other.state !== "rejected");
  return mended.sort((a, b) => (a.id < b.id ? 1 : -1))[0]?.op.data.data || row.op.data;
}

export const findDoor = (key) => state.routes.flatMap((route) => route.doors).find((door) => door.key === key);

/** Days on which somebody stood at this door, newest first: the server's contacts and what it cannot know yet. */
export function visitDays(home) {
  const there = (home.contacts || []).filter((contact) => contact.kind === "visit").map((contact) => contact.day || (contact.at || "").slice(0, 10));
  const unknown = (row) => row.state === "waiting" || (row.sentAt || 0) > (state.me.pulledAt || 0);
  const here = state.box.rows.filter((row) => row.op.household === home.id && row.op.kind === "visit.record" && row.state !== "rejected" && unknown(row));
  return [...there, ...here.map((row) => row.op.at.slice(0, 10))].sort().reverse();
}

export const who = () => ({ staff: state.me.staff, device: state.me.device });
export const fresh = () => Boolean(state.me.pulledAt && now() - state.me.pulledAt < 12 * 3_600_000);
