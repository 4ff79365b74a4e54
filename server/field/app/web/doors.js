// Tonight's doors in walking order: what is left, what is done, grouped by stair.
import { day, clockText, shortDay, weekday } from "./clock.js";
import { fresh, latest, state } from "./model.js";
import { direction, masked, monthsOwed, promiseState, yuan } from "./rules.js";
import { OUTCOMES } from "./words.js";
import { button, choices, go, html, nothing, redraw, show } from "./ui.js";
import { lapsedCard } from "./gate.js";
import { refresh } from "./work.js";

let chosen = "";
export const currentRoute = () => state.routes.find((route) => route.id === chosen) || state.routes[0];

export function doorsView() {
  const route = currentRoute();
  const left = route ? route.doors.filter((door) => door.left) : [];
  const done = route ? route.doors.length - left.length : 0;
  show({
    title: route ? `${dayWord(route.date)} ${route.doors.length} 户` : "今晚没有任务",
    small: html`<span data-downloaded>${downloaded()}</span>`,
    body: html`
      ${route ? html`<progress class="progress" data-progress max=${route.doors.length || 1} value=${done} aria-label=${`完成 ${done} 户，共 ${route.doors.length} 户`}></progress>` : nothing}
      ${state.routes.length > 1 ? choices(state.routes.map((one) => [one.id, `${dayWord(one.date)} ${one.doors.length} 户`]), route.id, pick, { hook: "route", label: "哪一天" }) : nothing}
      ${state.me.lapsed ? lapsedCard() : route ? list(route, left, done) : empty()}`,
    foot: html`${button("更多", () => go("more"), { kind: "ghost", hook: "more" })}${next(left)}`,
  });
}

function pick(id) {
  chosen = id;
  redraw();
}

const dayWord = (date) => (date === day() ? "今晚" : `${shortDay(date)} 周${weekday(date)}`);
const downloaded = () => `${state.me.name ? `${state.me.name} · ` : ""}${state.me.pulledAt ? `已下载 ${state.homes.size} 户 ${clockText(state.me.pulledAt)}` : "还没有下载"}`;

function next(left) {
  const door = left[0];
  if (!door) return button("更新任务", refresh, { hook: "refresh" });
  // an element of its own, and one for each door: a finger on the one never presses the other
  return html`<button class="btn" data-do="next" data-to=${door.key} @click=${() => go("door", door.key)}>下一户 ${door.room}</button>`;
}

const empty = () => html`<section class="card empty" data-empty><h2>没有要上门的住户</h2>
  <p>${fresh() ? "办公室派了任务，联网后会出现在这里。" : "还没有下载任务，请联网后点下面的“更新任务”。"}</p></section>`;

function list(route, left, done) {
  return html`
    <p class="count" data-count>还有 <b data-left>${left.length}</b> 户 · 已完成 <b data-done>${done}</b> 户</p>
    ${groups(route.doors).map(([name, doors]) => html`
      <h2 class="bld">${[name, direction(doors.map((door) => door.room))].filter(Boolean).join(" · ")}</h2>
      <ul class="doors">${doors.map(row)}</ul>`)}
    ${left.length || !route.doors.length ? nothing : html`<p class="count" data-all-done>今晚的门都敲过了。在“更多”里点“结束路线”，办公室就知道了。</p>`}`;
}

/** Neighbours in the walking order that share a stair. */
function groups(doors) {
  const out = [];
  for (const door of doors) {
    if (out.at(-1)?.[0] !== door.group) out.push([door.group, []]);
    out.at(-1)[1].push(door);
  }
  return out;
}

function row(door) {
  const { home } = door;
  const draft = state.drafts.has(door.key);
  return html`<li><button class="door ${door.left ? "" : "done"}" data-door=${home.code} data-state=${door.state} @click=${() => go("door", door.key)}>
    <b>${door.room}</b><span class="who">${masked(home.owner) || "—"}</span>
    <span class="fen">${door.left ? `￥${yuan(home.outstanding_fen || 0)}` : result(door)}</span>
    <span class="why">${draft ? html`<em>没写完，点开继续</em> · ` : nothing}${door.left ? why(door) : after(door)}</span></button></li>`;
}

const STOP = { done: "已完成", attempted: "去过未遇", skipped: "跳过" };
const result = (door) => (door.record ? OUTCOMES[latest(door.record).outcome] : STOP[door.state] || "");

/** Three or four facts: what to know before walking up. */
function why({ home, stop, state: now }) {
  const today = day();
  const promise = (home.promises || []).filter((one) => ["open", "broken"].includes(promiseState(one, today))).sort((a, b) => (a.due < b.due ? 1 : -1))[0];
  const months = monthsOwed(home.bills || [], today);
  const last = (home.contacts || [])[0];
  const facts = [
    now === "skipped" && "已跳过",
    stop.why,
    (home.tickets || []).length > 0 && "有未结工单，先答复",
    promise && !/承诺/.test(stop.why || "") && (promise.due < today ? `承诺 ${shortDay(promise.due)} 未兑现` : promise.due === today ? "承诺今天" : `承诺 ${shortDay(promise.due)}`),
    months > 0 && !/个月/.test(stop.why || "") && `欠 ${months} 个月`,
    stop.window?.from && `约好 ${stop.window.from}${stop.window.to ? `–${stop.window.to}` : ""}`,
    !stop.why && last && `上次 ${shortDay(last.day || last.at || "")}`,
    home.bare && "偶遇，资料联网后补上",
  ];
  // the dot goes with what it follows: no line begins with one
  return facts.filter(Boolean).slice(0, 4).map((fact, i, all) => html`<span>${fact}${i < all.length - 1 ? " ·" : ""}</span> `);
}

const SHOWN = { waiting: "待上传", photos: "照片待传", sent: "已上传", trouble: "需处理" };

function after(door) {
  if (!door.record) return "";
  const data = latest(door.record);
  const promise = data.promise ? `${shortDay(data.promise.due)} 前 ${data.promise.fen ? `￥${yuan(data.promise.fen)}` : "未写金额"} · ` : "";
  return html`${promise}<i data-record-state=${door.record.shown}>${SHOWN[door.record.shown]}</i>`;
}
