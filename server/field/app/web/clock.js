// What time it is: the server's time of its last answer plus what has passed since; and days as Shanghai counts them.
import { meta, setMeta } from "./store.js";

const JUMP = 600_000;
const ABSURD = 400 * 86_400_000;
const CHINA = 8 * 3_600_000;
let offset = 0;
let last = mark();
let hidden = false;
export const jump = { minutes: 0 };

function mark() {
  return { wall: Date.now(), mono: performance.now() };
}

export const now = () => Date.now() + offset;

/** After a cold start: the clock may not have gone back, nor years ahead; then the last known time goes on. */
export async function startClock() {
  const kept = await meta("clock");
  if (kept) {
    offset = kept.offset;
    const away = now() - kept.seen;
    if (away < -JUMP || away > ABSURD) leap(away);
  }
  document.addEventListener("visibilitychange", () => { hidden ||= document.hidden; });
  setInterval(tick, 15_000);
}

/** Every answer of the server sets the time again. */
export function heard(serverTime) {
  const at = Date.parse(serverTime);
  if (Number.isNaN(at)) return;
  offset = at - Date.now();
  last = mark();
  jump.minutes = 0;
  return keep();
}

/** Sees whether the wall clock was moved; a phone that slept (hidden meanwhile) has only slept. */
export function tick() {
  const here = mark();
  const extra = here.wall - last.wall - (here.mono - last.mono);
  const slept = extra > 0 && (hidden || document.hidden);
  last = here;
  hidden = document.hidden;
  if (Math.abs(extra) > JUMP && !slept) leap(extra);
  return keep();
}

function leap(by) {
  offset -= by;
  jump.minutes = Math.round(by / 60_000);
}

const keep = () => setMeta({ clock: { offset, seen: now() } });

/** Shanghai's day of an instant (default: now) as YYYY-MM-DD. */
export const day = (at = now()) => new Date(at + CHINA).toISOString().slice(0, 10);
export const minute = (at = now()) => Math.floor((at + CHINA) / 60_000) % 1440;
/** 2026-11-21T09:41:02+08:00, as ops carry it. */
export const stamp = (at = now()) => `${new Date(at + CHINA).toISOString().slice(0, 19)}+08:00`;
export const clockText = (at) => new Date(at + CHINA).toISOString().slice(11, 16);

export const addDays = (from, n) => new Date(Date.parse(from) + n * 86_400_000).toISOString().slice(0, 10);
export const monthEnd = (from) => new Date(Date.UTC(+from.slice(0, 4), +from.slice(5, 7), 0)).toISOString().slice(0, 10);
export const weekday = (of) => "日一二三四五六"[new Date(Date.parse(of)).getUTCDay()];
export const shortDay = (of) => of.slice(5, 10);

/** The same day some years later; 29 February becomes 28. */
export function addYears(from, n) {
  const end = monthEnd(`${+from.slice(0, 4) + n}-${from.slice(5, 7)}-01`);
  const same = `${+from.slice(0, 4) + n}${from.slice(4)}`;
  return same > end ? end : same;
}

/** UUIDv7: sorts by the time it was made. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let at = now();
  for (let i = 5; i >= 0; i--) { bytes[i] = at % 256; at = Math.floor(at / 256); }
  bytes[6] = 0x70 | (bytes[6] & 15);
  bytes[8] = 0x80 | (bytes[8] & 63);
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
