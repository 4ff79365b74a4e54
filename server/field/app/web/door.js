// One door: who lives there, what is owed and since when, what was said before, what to say; then the result.
import { addDays, day, minute, shortDay } from "./clock.js";
import { findDoor, latest, setNear, state, visitDays } from "./model.js";
import { limitation, masked, monthsOwed, overdue, promiseState, warnings, yuan } from "./rules.js";
import { CONTACT_KINDS, OUTCOMES, PROMISE_STATES, REASONS, TICKET_KINDS } from "./words.js";
import { button, go, html, nothing, redraw, say, show } from "./ui.js";
import { correct, startForm } from "./draft.js";
import { formView, saveButton } from "./form.js";
import { fixView, skip } from "./more.js";

let open = "";

export function doorView(key) {
  const door = findDoor(key);
  if (!door) return gone();
  const { home } = door;
  const months = monthsOwed(home.bills || [], day());
  startForm(door);
  show({
    title: `${home.code}${home.owner ? ` · ${masked(home.owner)}` : ""}`, small: [home.address, home.state, home.kind].filter(Boolean).join(" · "),
    back: () => go("doors"),
    body: html`
      ${warnings(visitDays(home), day(), minute(), setNear(door.route)).map((text) => html`<p class="warn" data-warning>${text}</p>`)}
      ${home.note ? html`<p class="warn" data-home-note>${home.note}</p>` : nothing}
      ${money(home, months)}${words(home)}${recorded(door)}${formView(door)}${bills(home)}${people(home, door)}${history(home, door)}`,
    foot: html`${home.code_bitmap ? button("出示二维码", () => go("code", key), { kind: "ghost", hook: "show-code" }) : nothing}${saveButton(door)}`,
  });
}

function gone() {
  show({ title: "这户已不在您的路线上", back: () => go("doors"), body: html`<section class="card"><p>办公室可能改派了。您已保存的记录不受影响。</p></section>`, foot: button("返回", () => go("doors")) });
}

function money(home, months) {
  const today = day();
  const first = overdue(home.bills || [], today).sort((a, b) => (a.due < b.due ? -1 : 1))[0];
  const safe = limitation(home, today);
  const last = (home.contacts || [])[0];
  const near = safe && safe <= addDays(today, 180);
  return html`<section class="card" data-money>
    <div class="sum"><b class="big" data-outstanding=${home.outstanding_fen}>￥${yuan(home.outstanding_fen || 0)}</b>
      ${months ? html`<span class="pill bad still">欠 ${months} 个月</span>` : nothing}</div>
    ${first ? fact("最早一期", html`${first.period}${safe ? html`<small class=${near ? "hot" : ""} data-limitation>时效至少到 ${safe}</small>` : nothing}`) : nothing}
    ${last ? fact("上次", `${shortDay(last.day || last.at)} ${CONTACT_KINDS[last.kind] || last.kind}：${last.note || OUTCOMES[last.outcome] || last.outcome}`) : nothing}
    ${home.paid_today_fen && home.paid_day === today ? fact("今天已付", `￥${yuan(home.paid_today_fen)}`) : nothing}
  </section>`;
}

const bills = (home) => ((home.bills || []).length ? html`<section class="card"><details data-bills><summary>账单 ${home.bills.length} 笔</summary>
  ${home.bills.map((bill) => fact(`${bill.period} ${bill.item}`, `￥${yuan(bill.outstanding_fen)}`))}</details></section>` : nothing);

const fact = (name, value) => html`<div class="row"><span>${name}</span><span>${value}</span></div>`;

function words(home) {
  const text = (key) => state.scripts.get(key);
  const tickets = home.tickets || [];
  return html`
    ${tickets.map((ticket) => html`<section class="card alert" data-ticket><b>未结工单 · ${TICKET_KINDS[ticket.kind] || ticket.kind}</b>
      <p>${ticket.text}</p><small>${ticket.due_on ? `应在 ${shortDay(ticket.due_on)} 前答复。` : ""}先说进展，再谈缴费。</small></section>`)}
    ${text(home.say) || text(home.avoid) ? html`<section class="card" aria-label="怎么说">
      ${text(home.say) ? html`<p class="say" data-say>${text(home.say)}</p>` : nothing}
      ${text(home.avoid) ? html`<p class="say no" data-avoid>${text(home.avoid)}</p>` : nothing}</section>` : nothing}`;
}

const phonesOf = (home) => (home.phones || []).map((phone) => (typeof phone === "string" ? { number: phone } : phone));

function people(home, door) {
  return html`<section class="card" data-people><h2>联系人</h2>${home.owner ? fact("业主", home.owner) : nothing}
    ${phonesOf(home).map((phone) => html`<div class="call"><a class="btn ghost" data-call href=${`tel:${phone.number}`}>拨打 ${phone.name || ""} ${phone.number}</a>
      <button class="link" data-fix=${phone.number} @click=${() => toggle(phone.number)}>号码不对</button></div>${open === phone.number ? fixView(door, phone.number, close) : nothing}`)}
    ${phonesOf(home).length ? nothing : html`<p class="soft">没有电话。</p><button class="link" data-fix="" @click=${() => toggle("new")}>补一个号码</button>${open === "new" ? fixView(door, "", close) : nothing}`}
  </section>`;
}

function toggle(name) {
  open = open === name ? "" : name;
  redraw();
}
const close = () => toggle(open);

const promised = ({ fen }) => (fen ? `￥${yuan(fen)}` : "未写金额");

function history(home, door) {
  const today = day();
  const promises = home.promises || [];
  return html`<section class="card" data-history><h2>以前</h2>
    ${promises.map((promise) => fact(`承诺 ${shortDay(promise.due)}`, html`${promised(promise)}
      <span class="pill still ${{ kept: "", broken: "bad" }[promiseState(promise, today)] ?? "wait"}" data-promise=${promiseState(promise, today)}>${PROMISE_STATES[promiseState(promise, today)]}</span>`))}
    ${(home.contacts || []).map((contact) => fact(`${shortDay(contact.day || contact.at || "")} ${CONTACT_KINDS[contact.kind] || contact.kind}`,
      [OUTCOMES[contact.outcome] || contact.outcome, contact.note].filter(Boolean).join("：")))}
    ${promises.length || (home.contacts || []).length ? nothing : html`<p class="soft">还没有人联系过这户。</p>`}
    ${door.left ? html`<button class="link" data-skip @click=${() => skip(door)}>今晚跳过这户</button>` : nothing}</section>`;
}

const SHOWN = { waiting: "待上传", photos: "照片待传", sent: "已上传", trouble: "需处理" };

/** What was recorded here on this phone, with 修改 for what was wrong. */
function recorded(door) {
  const rows = state.box.rows.filter((row) => row.op.kind === "visit.record" && row.op.household === door.home.id && row.op.route === door.route.id && row.state !== "rejected");
  return rows.map((row) => {
    const data = latest(row);
    return html`<section class="card done" data-recorded=${row.id}><div class="sum"><b>${row.op.at.slice(11, 16)} ${OUTCOMES[data.outcome]}</b>
      <span class="pill still ${row.shown === "sent" ? "" : "wait"}" data-record-state=${row.shown}>${SHOWN[row.shown]}</span></div>
      ${data.promise ? fact("承诺", `${data.promise.due} 前 ${promised(data.promise)}`) : nothing}
      ${data.reason ? fact("原因", REASONS[data.reason]) : nothing}${data.note ? fact("备注", data.note) : nothing}
      <button class="link" data-correct @click=${() => { correct(door, row); say("改好后再保存，原来的记录也会留着"); }}>修改</button></section>`;
  });
}
