// Pieces every screen is made of: header with the unsent count, bottom bar, notices, where we are and how to go on.
import { html, nothing, render } from "./vendor/lit-html.js";
import { setMeta } from "./store.js";
import { clockText, jump, now, tick } from "./clock.js";
import { fresh, state } from "./model.js";

export { html, nothing };
export const place = { view: "doors", key: "" };
let draw = () => {};
let leave = async () => {};
let said = "";
let saidTimer;

export const drawWith = (fn) => { draw = fn; };
export const redraw = () => draw();
/** Called before a screen is left, so that a draft is on disk first. */
export const beforeLeaving = (fn) => { leave = fn; };

/** Goes to a screen; the place is kept, so that a killed app opens there again. Nothing private enters the URL. */
export async function go(view, key = "", { back = false } = {}) {
  await leave();
  leave = async () => {};
  said = "";
  Object.assign(place, { view, key });
  if (!back) history[view === "doors" ? "replaceState" : "pushState"]({ view, key }, "", location.pathname);
  setMeta({ place: { ...place } });
  draw();
  scrollTo(0, 0);
  document.querySelector("h1")?.focus({ preventScroll: true });
}
addEventListener("popstate", (event) => go(event.state?.view || "doors", event.state?.key || "", { back: true }));

/** Puts on disk what the present screen holds. */
export const flush = () => leave();

export function showTheme(value = "auto") {
  document.documentElement.dataset.theme = value;
}

/** One sentence at the bottom for a few seconds, read aloud. */
export function say(text) {
  said = text;
  clearTimeout(saidTimer);
  saidTimer = setTimeout(() => { said = ""; draw(); }, 4_000);
  draw();
}

/** Draws a whole screen: header, notices, content, bottom bar. lit-html appends, so the root is emptied once. */
export function show({ title, small = "", back, side = nothing, body, foot = nothing, bare = false }) {
  const root = document.getElementById("app");
  if (!root.dataset.drawn) {
    root.replaceChildren();
    root.dataset.drawn = "yes";
  }
  render(html`
    <header class="bar" data-bar>
      ${back ? html`<button class="back" data-back aria-label="返回" @click=${back}>‹</button>` : nothing}
      <div class="title"><h1 tabindex="-1">${title}</h1>${small ? html`<small>${small}</small>` : nothing}</div>
      ${side}${bare ? nothing : unsentPill()}
    </header>
    ${notices()}
    <main data-view=${place.view}>${body}</main>
    ${foot === nothing ? nothing : html`<footer class="foot">${foot}</footer>`}
    <div class="toast" role="status" aria-live="polite" data-toast>${said}</div>`, root);
}

function unsentPill() {
  const { unsent, trouble } = state.box;
  const text = trouble ? `${trouble} 条需处理` : unsent ? `${unsent} 条待上传` : "全部已上传";
  const kind = trouble ? "bad" : unsent ? "wait" : "";
  return html`<button class="pill ${kind}" data-unsent=${unsent} data-trouble=${trouble} @click=${() => go("records")}>${text}</button>`;
}

export const notice = { update: null, enrolAgain: false, upgrade: false };

function notices() {
  return html`
    ${notice.update ? html`<div class="note" data-update>新版本已准备好，填写的内容会保留。<button @click=${notice.update}>更新</button></div>` : nothing}
    ${jump.minutes ? html`<div class="note wait" data-clock-jump>手机时间跳动了 ${Math.abs(jump.minutes)} 分钟，请核对手机时间。记录都在，没有删除。</div>` : nothing}
    ${notice.enrolAgain ? html`<div class="note wait" data-enrol-again>服务器不认识这部手机。记录都在，请向管理人员要新的登记码。<button @click=${() => go("enrol")}>登记</button></div>` : nothing}
    ${notice.upgrade ? html`<div class="note wait" data-upgrade>应用版本太旧，暂时收不到新任务。请联网后重新打开应用。</div>` : nothing}
    ${state.ready && state.me.pulledAt && !fresh() ? html`<div class="note wait" data-stale>任务是 ${clockText(state.me.pulledAt)} 下载的，出门前请先联网更新。</div>` : nothing}`;
}

/** A tap counts for what the finger went down on: when a redraw turned that into something else, it counts for nothing. */
const name = (one) => one && ["do", "to", "door", "room", "choice"].map((key) => one.dataset[key]).join();
let pressed = [];
addEventListener("pointerdown", (event) => { const one = event.target.closest("button"); pressed = [one, name(one)]; }, true);
addEventListener("click", (event) => {
  const one = event.target.closest("button");
  if (event.detail && one && one === pressed[0] && name(one) !== pressed[1]) event.stopPropagation();
}, true);

export const button = (label, run, { kind = "", hook = "", off = false } = {}) =>
  html`<button class="btn ${kind}" data-do=${hook} ?disabled=${off} @click=${run}>${label}</button>`;

/** A row of choices of which one is on; pressing it again takes it off when `loose`. */
export function choices(list, chosen, pick, { hook, label, loose = false, kind = "chips" }) {
  return html`<div class=${kind} role="group" aria-label=${label}>${list.map(([value, text]) => html`
    <button class=${value === chosen ? "on" : ""} aria-pressed=${value === chosen ? "true" : "false"} data-choice="${hook}:${value}"
      @click=${() => pick(loose && value === chosen ? "" : value)}>${text}</button>`)}</div>`;
}

setInterval(() => { tick(); if (jump.minutes) draw(); }, 30_000);
export { now };
