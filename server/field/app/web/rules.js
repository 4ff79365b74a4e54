// Pure decisions of the phone: money as text, dates to offer, when not to knock, what a delivery does to the clock.
import { addDays, addYears, monthEnd } from "./clock.js";

/** 341260 → 3,412.60 */
export function yuan(fen) {
  const text = `${Math.abs(Math.trunc(fen))}`.padStart(3, "0");
  return `${fen < 0 ? "-" : ""}${text.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",")}.${text.slice(-2)}`;
}

/** What a person types as an amount, in fen; null when it is none. Full-width digits and 元 are understood. */
export function fenOf(text) {
  const plain = text.normalize("NFKC").replace(/[,\s¥￥元]/g, "");
  const found = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(plain);
  return found ? Number(found[1]) * 100 + Number((found[2] || "").padEnd(2, "0")) : null;
}

/** Owners are not to be read over a shoulder: 王建国 → 王** */
export const masked = (name) => (name || "").split(/[、,，;；/]/).filter(Boolean)
  .map((one) => [...one.trim()][0] + "*".repeat(Math.max(1, Math.min(2, [...one.trim()].length - 1)))).join("、");

/** [label, day] of the chips; `payday` is the day of the month most people are paid on. */
export function dateChips(today, payday = 10) {
  const friday = addDays(today, (5 - new Date(Date.parse(today)).getUTCDay() + 7) % 7);
  const end = monthEnd(today);
  const month = Number(today.slice(8)) < payday ? today.slice(0, 7) : addDays(end, 1).slice(0, 7);
  return [["今天", today], ["周五", friday], ["月底", end], ["发工资日", `${month}-${String(payday).padStart(2, "0")}`]];
}

/** 3-1-2601 → ["3 栋 1 单元", "2601"]; 商铺-S01 → ["商铺", "S01"] */
export function split(code) {
  const parts = code.split("-");
  const room = parts.pop();
  const [building, unit] = parts;
  const named = building && (/^[\dA-Za-z]+$/.test(building) ? `${building} 栋` : building);
  return [[named, unit && (/^[\dA-Za-z]+$/.test(unit) ? `${unit} 单元` : unit)].filter(Boolean).join(" "), room];
}

const floor = (room) => Number(/\d+/.exec(room)?.[0] || 0);

/** 从上往下 when the doors of one stair come in falling order, 从下往上 when rising, else nothing. */
export function direction(rooms) {
  const floors = rooms.map(floor);
  if (floors.length < 2) return "";
  if (floors.every((f, i) => !i || f <= floors[i - 1])) return "从上往下";
  return floors.every((f, i) => !i || f >= floors[i - 1]) ? "从下往上" : "";
}

/** Months of arrears: periods of open bills that are past their due day. */
export const overdue = (bills, today) => bills.filter((bill) => bill.due < today && bill.outstanding_fen > 0);
export const monthsOwed = (bills, today) => new Set(overdue(bills, today).map((bill) => bill.period)).size;

const REACHING = { signed: 0, refused_witnessed: 1, registered_mail: 1, electronic_ack: 1 };
const WHY = {
  posted: "张贴没有送到本人手里，也没有人签收",
  handed: "放下没有签字，日后难以证明送到",
};

/** Whether this delivery restarts limitation (Civil Code 195), until when, or why not. */
export function restarts(proof, signer, today) {
  if (proof === "signed" && !["owner", "adult_relative", "authorised"].includes(signer)) {
    return { yes: false, why: signer ? "签收人不是业主、同住成年家属或受托人" : "请先选签收人是谁" };
  }
  if (proof in REACHING) return { yes: true, until: addYears(today, 3) };
  return { yes: false, why: WHY[proof] || "没有送达证明" };
}

/** The earliest day on which the oldest claim could lapse; later promises and signed deliveries move it on. */
export function limitation(home, today) {
  if (home.safe_until) return home.safe_until;
  const first = overdue(home.bills || [], today).map((bill) => bill.due).sort()[0];
  if (!first) return "";
  const restart = (home.promises || []).map((promise) => promise.made_on || "").filter((made) => made >= first).sort().pop();
  return addYears(restart > first ? restart : first, 3);
}

/** kept, broken or open, as of today; a promise without amount is kept by any payment. */
export function promiseState(promise, today) {
  if (promise.cancelled || promise.ended || ["cancelled", "replaced"].includes(promise.state)) return promise.ended || promise.state || "cancelled";
  if ((promise.paid_fen || 0) >= Math.max(promise.fen || 0, 1)) return "kept";
  return promise.due < today ? "broken" : "open";
}

const clock = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

/** Sentences to read before knocking: quiet hours and how often this home was visited (days of visits); `set` holds
 * what the office has set for this estate, else the default holds. `now` is the minute of the day. */
export function warnings(days, today, now, set = {}) {
  const { visit_from: from = "09:00", visit_until: until = "21:00", visits_a_day: day = 1, visits_a_week: most = 2 } = set;
  const told = [];
  if (now < clock(from) || now >= clock(until)) told.push(`现在不宜上门：安静时间 ${until}—次日 ${from}`);
  else if (now >= 1200) told.push("20:00 以后上门须两人同行");
  const todays = days.filter((one) => one === today).length;
  const week = days.filter((one) => one > addDays(today, -7)).length;
  if (todays >= day) told.push(`今天已上门 ${todays} 次`);
  else if (week >= most) told.push(`近 7 天已上门 ${week} 次，每周最多 ${most} 次`);
  return told;
}

const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A typed or opened sticker's code in plain form, or null when its check character says it was mistyped. */
export function codeOf(text) {
  const last = text.trim().split(/[?#]/)[0].replace(/\/+$/, "").split("/").pop();
  const plain = last.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  return plain.length === 18 && [...plain].every((one) => LETTERS.includes(one)) && luhn(plain) ? plain : null;
}

function luhn(code) {
  let sum = 0;
  [...code].reverse().forEach((one, i) => {
    const value = LETTERS.indexOf(one) * (i % 2 ? 2 : 1);
    sum += Math.floor(value / 32) + (value % 32);
  });
  return sum % 32 === 0;
}
