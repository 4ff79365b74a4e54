// What was recorded here: what asks for attention, what waits, what has arrived; and the way out by file.
import { exported, record } from "./outbox.js";
import { stamp } from "./clock.js";
import { findDoor, state, who } from "./model.js";
import { KINDS, OUTCOMES } from "./words.js";
import { button, go, html, nothing, say, show } from "./ui.js";
import { correct } from "./draft.js";
import { refresh } from "./work.js";

const SHOWN = { trouble: "需处理", waiting: "待上传", photos: "照片待传", sent: "已上传" };
export function recordsView() {
  const { rows, unsent, trouble } = state.box;
  show({
    title: "记录", small: unsent ? `${unsent} 条还在这部手机里` : "都已上传", back: () => go("doors"),
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
