// Everything beside the doors: the route's start and end, a home met by chance, a wrong number, this phone.
import { eraseAll, setMeta } from "./store.js";
import { record } from "./outbox.js";
import { clockText, shortDay } from "./clock.js";
import { reload, roomsNear, state, who } from "./model.js";
import { APP } from "./net.js";
import { button, choices, go, html, nothing, redraw, say, show, showTheme } from "./ui.js";
import { currentRoute } from "./doors.js";
import { exportNow } from "./records.js";
import { refresh } from "./work.js";

const done = (kind, route) => state.box.rows.find((row) => row.op.kind === kind && row.op.route === route.id);

export function moreView() {
  const route = currentRoute();
  const { unsent } = state.box;
  show({
    title: "更多", small: state.me.name || "", back: () => go("doors"),
    body: html`
      ${route ? html`<section class="card"><h2>${shortDay(route.date)} 的路线</h2><div class="two">${step(route, "route.start", "开始上门", "已开始")}${step(route, "route.finish", "结束路线", "已结束")}</div></section>` : nothing}
      <section class="card list">
        ${button("路上遇到别的住户", () => go("add"), { kind: "ghost", hook: "add" })}
        ${button("查验二维码", () => go("patrol"), { kind: "ghost", hook: "patrol" })}
        ${button("记录与需处理", () => go("records"), { kind: "ghost", hook: "records" })}
        ${button("更新任务", refresh, { kind: "ghost", hook: "refresh" })}</section>
      <section class="card"><h2>显示</h2>${choices([["auto", "跟随手机"], ["light", "白天"], ["dark", "夜间"]], state.me.theme || "auto", theme, { hook: "theme", label: "显示" })}</section>
      <section class="card list" data-phone><h2>这部手机</h2>
        <p>${(state.me.communities || []).map((one) => one.name).join("、")}</p>
        <p class="soft">住户资料保存到 ${state.me.lease ? `${shortDay(new Date(state.me.lease + 28_800_000).toISOString())} ${clockText(state.me.lease)}` : "联网后"}，每次联网自动顺延。版本 ${APP}</p>
        ${unsent ? html`<p class="warn" data-logout-blocked>还有 ${unsent} 条没有上传，不能退出。请先联网上传，或导出后找办公室。</p>${button("导出未上传记录", exportNow, { kind: "ghost", hook: "export" })}` : nothing}
        ${button(leaving ? "再点一次：清除这部手机上的资料" : "退出并清除资料", logout, { kind: "ghost", hook: "logout", off: unsent > 0 })}</section>`,
  });
}

const step = (route, kind, label, past) => (done(kind, route)
  ? html`<p class="soft" data-step=${kind}>${past} ${done(kind, route).op.at.slice(11, 16)}</p>`
  : button(label, () => record({ kind, route: route.id, household: null, data: {}, label, who: who() }).then(() => say(`${label}：已保存到本机`)), { kind: "ghost", hook: kind }));

async function theme(value) {
  await setMeta({ theme: value });
  await reload();
  showTheme(value);
}

let leaving = false;

/** Blocked while anything is unsent; asks twice; then nothing is left on this phone. */
async function logout() {
  if (state.box.unsent || state.drafts.size) return say(state.drafts.size ? "还有没写完的记录，请先保存或去掉" : "还有记录没有上传");
  if (!leaving) {
    leaving = true;
    return redraw();
  }
  leaving = false;
  await eraseAll();
  await reload();
  return go("enrol");
}

let wanted = "";

/** A home met by chance: its room is looked up in the list the phone already has. */
export function addView() {
  const plain = wanted.trim().toLowerCase();
  const found = plain.length < 2 ? [] : roomsNear(currentRoute()).filter((room) => room.code.toLowerCase().includes(plain)).slice(0, 30);
  show({
    title: "路上遇到的住户", back: () => go("more"),
    body: html`<section class="card"><label class="field"><span>房号，例如 3-2-1801 或 1801</span>
        <input data-room-search autocomplete="off" .value=${wanted} @input=${(event) => { wanted = event.target.value; redraw(); }}></label>
        ${plain.length >= 2 && !found.length ? html`<p class="soft">没有这个房号。</p>` : nothing}</section>
      <ul class="doors">${found.map((room) => html`<li><button class="door" data-room=${room.code} @click=${() => add(room)}><b class="wide">${room.code}</b></button></li>`)}</ul>
      ${currentRoute() ? nothing : html`<p class="warn">今天没有路线，不能添加。</p>`}`,
  });
}

async function add(room) {
  const route = currentRoute();
  if (!route) return;
  const key = `${route.id}/${room.id}`;
  if (!route.doors.some((door) => door.key === key)) {
    await record({ kind: "stop.add", route: route.id, household: room.id, data: {}, label: room.code, who: who() });
    await reload();
  }
  wanted = "";
  go("door", key);
}

let number = "";

/** A wrong or missing phone number: a proposal for the office. */
export function fixView(door, from, close) {
  const right = number.replace(/\D/g, "");
  return html`<div class="fix" data-fix-form><label class="field"><span>正确的号码</span><input inputmode="tel" data-fix-number .value=${number} @input=${(event) => { number = event.target.value; redraw(); }}></label>
    ${button("保存到本机", () => fix(door, from, right, close), { kind: "ghost", hook: "fix", off: right.length < 7 })}</div>`;
}

async function fix(door, from, to, close) {
  await record({ kind: "contact.fix", route: door.route.id, household: door.home.id, label: door.home.code, who: who(), data: { field: "phone", from: from || null, to } });
  number = "";
  close();
  say("号码已保存到本机，办公室核对后更新");
}

/** 今晚跳过: the office sees that nobody will come. */
export const skip = (door) => record({ kind: "stop.skip", route: door.route.id, household: door.home.id, data: {}, label: door.home.code, who: who() })
  .then(() => go("doors")).then(() => say(`${door.home.code} 今晚跳过`));
