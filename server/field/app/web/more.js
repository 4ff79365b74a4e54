// Everything beside the doors: what was recorded and what asks for attention, the route's start and end, a home met
// by chance, a wrong number, this phone.
import { eraseAll, setMeta } from "./store.js";
import { exported, record } from "./outbox.js";
import { clockText, shortDay, stamp } from "./clock.js";
import { findDoor, reload, roomsNear, state, who } from "./model.js";
import { KINDS, OUTCOMES } from "./words.js";
import { APP } from "./net.js";
import { button, choices, go, html, nothing, redraw, say, show, showTheme } from "./ui.js";
import { correct } from "./draft.js";
import { currentRoute } from "./doors.js";
import { refresh } from "./work.js";

const SHOWN = { trouble: "需处理", waiting: "待上传", photos: "照片待传", sent: "已上传" };
export function recordsView() {
  const { rows, unsent, trouble } = state.box;
  show({
    title: "记录", small: unsent ? `${unsent} 条还在这部手机里` : trouble ? "请看需处理的原因" : "都已上传", back: () => go("doors"),
    body: html`
      ${rows.length ? nothing : html`<section class="card empty"><h2>还没有记录</h2><p>每次上门保存后，都会出现在这里。</p></section>`}
      ${state.messages.filter(foreign).map((one) => html`<section class="card" data-message><b>${one.type === "message" ? "办公室" : "您在别的手机上的记录"}</b><p>${one.text || one.message || one.code}</p></section>`)}
      ${Object.keys(SHOWN).map((shown) => group(shown, rows.filter((row) => row.shown === shown)))}`,
    foot: unsent || trouble ? html`${button("导出未上传记录", exportNow, { kind: "ghost", hook: "export" })}${button("立即上传", refresh, { hook: "send" })}` : nothing,
  });
}

const group = (shown, rows) => (rows.length ? html`<h2 class="bld">${SHOWN[shown]} ${rows.length}</h2>
  <ul class="records" data-group=${shown}>${rows.map((row) => item(row, shown))}</ul>` : nothing);

function item(row, shown) {
  const data = row.op.kind === "visit.correct" ? row.op.data.data : row.op.data;
  return html`<li class="record" data-record=${row.id} data-record-state=${shown}>
    <div class="sum"><b>${row.label || "—"}</b><span>${row.op.at.slice(5, 16).replace("T", " ")}</span></div>
    <p>${KINDS[row.op.kind] || row.op.kind}${data.outcome ? ` · ${OUTCOMES[data.outcome]}` : ""}${row.photos.length ? ` · 照片 ${arrived(row)}/${row.photos.length}` : ""}</p>
    ${row.result?.status === "flagged" ? html`<p class="soft" data-flag=${row.result.code}>办公室会核对：${row.result.message || row.result.code}</p>` : nothing}
    ${row.state === "waiting" && row.result?.status === "retry" ? html`<p class="soft">服务器暂时收不了，稍后自动再传。</p>` : nothing}
    ${row.staff && row.staff !== state.me.staff ? html`<p class="soft">是上一位同事的记录，等他登记后上传。</p>` : nothing}
    ${shown === "trouble" ? trouble(row) : nothing}</li>`;
}

const arrived = (row) => row.photos.filter((sha) => state.box.photos.get(sha)?.state === "sent").length;
const foreign = (one) => one.type === "message" || !state.box.rows.some((row) => row.id === one.op);

/** The reason in plain words, 修改 for what can be mended, 重发 as a new record that names the old one. */
function trouble(row) {
  const bad = row.photos.map((sha) => state.box.photos.get(sha)).find((photo) => photo?.state === "bad");
  const reason = row.state === "rejected" ? row.result.message || row.result.code : `照片没有被接受：${bad?.why}`;
  const mendable = row.op.kind === "visit.record" && findDoor(`${row.op.route}/${row.op.household}`);
  return html`<p class="error" data-reason=${row.result?.code || "photo"}>${reason}</p>
    <div class="two">${mendable ? button("修改", () => mend(row), { kind: "ghost", hook: "mend" }) : nothing}
    ${row.state === "rejected" ? button("重发", () => again(row), { kind: "ghost", hook: "again" }) : nothing}</div>`;
}

async function mend(row) {
  const key = `${row.op.route}/${row.op.household}`;
  await go("door", key);
  correct(findDoor(key), row, "replace");
}

async function again(row) {
  const { kind, route, household, data } = row.op;
  await record({ kind, route, household, data, photos: row.photos, label: row.label, replaces: row.id, who: who() });
  say("已重新排队，联网后上传");
}

/** Saves what has not arrived to a file; for the day when a phone cannot get through at all. */
export async function exportNow() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([await exported()], { type: "application/json" }));
  link.download = `叩门-未上传-${stamp().slice(0, 16).replace(/[T:]/g, "-")}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  say("已导出，请把文件交给办公室");
}

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
