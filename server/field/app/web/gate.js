// Screens before the work: an insecure address, WeChat's browser, enrolment, a lapsed or revoked phone.
import { CLIENT, Trouble, call } from "./net.js";
import { changed, eraseAll, metas, putMeta, strict } from "./store.js";
import { now } from "./clock.js";
import { outbox } from "./outbox.js";
import { reload, state } from "./model.js";
import { button, go, html, notice, nothing, redraw, say, show } from "./ui.js";

const INSECURE = ["这个地址不安全，应用不能启动", [
  "地址以 http:// 开头时，浏览器不提供离线保存和加密，记录可能丢失，所以应用停在这里。",
  "请改用 https:// 开头的地址打开，或者扫管理人员给的新二维码。",
  "管理人员：用 koumen serve --lan 启动，会给出 https 地址和证书二维码。",
]];
const WECHAT = ["请用手机浏览器打开", [
  "微信里保存不住离线记录。",
  "点右上角 ··· → 在浏览器打开，然后把应用添加到主屏幕。",
]];

/** The reason why the app must not start here, or null. */
export function obstacle() {
  if (/MicroMessenger/i.test(navigator.userAgent)) return { name: "wechat", page: WECHAT };
  const able = isSecureContext && "serviceWorker" in navigator && crypto.subtle && navigator.locks && self.indexedDB;
  return able ? null : { name: "insecure", page: INSECURE };
}

/** Plain DOM: this must work where hardly anything else does. */
export function showObstacle({ name, page: [title, lines] }) {
  const main = document.createElement("main");
  main.className = "gate";
  main.dataset.gate = name;
  main.append(element("h1", title), ...lines.map((line) => element("p", line)));
  document.getElementById("app").replaceChildren(main);
}

function element(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

const form = { code: "", busy: false, error: "" };

/** Takes #enrol=CODE out of the address at once, so that it stays in no history. */
export function codeFromAddress() {
  const found = /[#&]enrol=([\w-]+)/.exec(location.hash);
  if (location.hash) history.replaceState(history.state, "", location.pathname);
  if (found) Object.assign(form, { code: found[1], error: "" });
  return Boolean(found);
}

const ios = () => /iPhone|iPad/.test(navigator.userAgent) && !navigator.standalone;

export function enrolView() {
  show({
    title: state.me.token ? "重新登记这部手机" : "叩门 · 登记这部手机", bare: !state.me.token,
    back: state.me.token ? () => go("doors") : undefined,
    body: html`<section class="card gate" data-gate="enrol">
      ${ios() ? html`<p class="say">先点“分享 → 添加到主屏幕”，再从主屏幕打开叩门，输入下面的登记码。浏览器里登记的，主屏幕上的应用看不到。</p>` : nothing}
      <p>请管理人员在“人员与设备”里生成登记码，用手机相机扫码，或在这里输入 10 位登记码。登记码 10 分钟内有效，只能用一次。</p>
      <label for="code">登记码</label>
      <input id="code" data-enrol-code autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="16" .value=${form.code}
        @input=${(event) => { form.code = event.target.value; form.error = ""; redraw(); }}>
      ${form.error ? html`<p class="error" role="alert" data-enrol-error>${form.error}</p>` : nothing}
      <p class="soft">这部手机会保存今晚要上门的住户资料；${state.me.leaseHours || 24} 小时没有联网会自动清除，您的记录不会清除。</p>
    </section>`,
    foot: button(form.busy ? "正在登记…" : "登记", enrol, { hook: "enrol", off: form.busy || form.code.replace(/\W/g, "").length < 8 }),
  });
}

async function enrol() {
  form.busy = true;
  redraw();
  try {
    const code = form.code.replace(/[\s-]/g, "").toUpperCase();
    const { data } = await call("POST", "devices", { json: { code, name: phoneName(), app: CLIENT.app } });
    await accept(data);
    form.code = "";
  } catch (problem) {
    if (!(problem instanceof Trouble)) throw problem;
    form.error = problem.status ? problem.message : "没有网络。登记需要联网，请连上网络再试。";
  } finally {
    form.busy = false;
    redraw();
  }
}

const phoneName = () => /\(([^)]+)\)/.exec(navigator.userAgent)?.[1].split(";").slice(-2).join(" ").trim().slice(0, 60) || "手机";

/** Keeps the token. Another person may not take over a phone on which somebody's work still waits. */
async function accept(data) {
  const me = await metas();
  const box = await outbox();
  const waiting = box.rows.filter((row) => ["waiting", "photos"].includes(row.shown) && row.staff !== data.staff);
  if (waiting.length) {
    form.error = `这部手机还有 ${waiting.length} 条别人的记录没有上传，先让原来的同事登记并上传，再换人。`;
    return;
  }
  if (me.staff && me.staff !== data.staff) await eraseAll();
  await strict(["meta"], (tx) => putMeta(tx, {
    token: data.token, device: data.device, staff: data.staff, name: data.name || data.staff_name || "", communities: data.communities,
    leaseHours: data.lease_hours, lease: now() + data.lease_hours * 3_600_000, lapsed: false, revoked: false, head: null,
    ...(box.unsent ? {} : { n: 0 }),
  }));
  notice.enrolAgain = false;
  await reload();
  await go("doors");
  changed("token");
  say("已登记，正在下载任务");
}

/** The phone was taken off by the office: owners' data is gone, own records stay and can be carried out. */
export function revokedView(exportNow) {
  show({
    title: "这部手机已停用",
    body: html`<section class="card gate" data-gate="revoked">
      <p>管理人员停用了这部手机，住户资料已经清除。</p>
      <p>${state.box.unsent ? `还有 ${state.box.unsent} 条记录没有上传，都在这部手机里。重新登记后会自动上传，也可以先导出。` : "您的记录都已上传。"}</p>
    </section>`,
    foot: html`${state.box.unsent ? button("导出未上传记录", exportNow, { kind: "ghost", hook: "export" }) : nothing}${button("重新登记", () => go("enrol"), { hook: "enrol-again" })}`,
  });
}

export const lapsedCard = () => html`<section class="card gate" data-gate="lapsed">
  <h2>住户资料已清除</h2><p>超过 ${state.me.leaseHours || 24} 小时没有联系服务器，住户资料按规定清除。您的记录都在，没有清除。</p><p>联网后会自动重新下载。</p></section>`;
