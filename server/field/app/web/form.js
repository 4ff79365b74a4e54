// The result of a visit: six buttons, what belongs to it, a draft that is on disk after every touch, one 保存.
import { record } from "./outbox.js";
import { clockText, day, now, shortDay } from "./clock.js";
import { reload, who } from "./model.js";
import { dateChips, fenOf, restarts, yuan } from "./rules.js";
import { abandon, dataOf, draft, forget, missing, set, settled } from "./draft.js";
import { CLAIM_CHANNELS, OUTCOMES, PROOFS, REASONS, SIGNERS, TICKET_KINDS } from "./words.js";
import { button, choices, go, html, nothing, redraw, say } from "./ui.js";
import { photosView, sealed, signView } from "./capture.js";

const SIX = ["paid_now", "promised", "not_home", "hardship", "disputed", "other"];
let saving = false;
let complaint = "";

export function formView(door) {
  const { outcome } = draft;
  const others = Object.keys(OUTCOMES).filter((one) => !SIX.includes(one));
  const more = outcome === "other" || others.includes(outcome);
  return html`<section data-form aria-label="结果" data-outcome=${outcome}>
    ${draft.mode === "record" ? nothing : html`<p class="warn" data-mode=${draft.mode}>正在${draft.mode === "correct" ? "更正" : "重写"}这条记录 <button class="link" @click=${() => abandon(door)}>不改了</button></p>`}
    <div class="six" role="group" aria-label="结果">${SIX.map((one) => html`
      <button class=${one === outcome || (one === "other" && more) ? "on" : ""} aria-pressed=${one === outcome || (one === "other" && more)} data-outcome-button=${one}
        @click=${() => pick(one, door)}>${OUTCOMES[one]}</button>`)}</div>
    ${more ? choices(others.map((one) => [one, OUTCOMES[one]]), outcome, (one) => set({ outcome: one || "other" }), { hook: "outcome", label: "其他结果", loose: true }) : nothing}
    ${outcome === "promised" ? promiseView(door) : nothing}
    ${["paid_now"].includes(outcome) || draft.claim ? claimView(door) : nothing}
    ${outcome && !["not_home", "paid_now", "vacant"].includes(outcome) ? html`<h2 class="bld">原因</h2>${choices(Object.entries(REASONS), draft.reason, (reason) => set({ reason }), { hook: "reason", label: "原因", loose: true })}` : nothing}
    ${extras(door)}
    ${complaint ? html`<p class="error" role="alert" data-complaint>${complaint}</p>` : nothing}
  </section>`;
}

function pick(outcome, door) {
  const suggested = outcome === "promised" && !draft.fen ? { fen: yuan(door.home.outstanding_fen || 0) } : {};
  set({ outcome: draft.outcome === outcome ? "" : outcome, ...suggested });
}

function promiseView(door) {
  const chips = dateChips(day());
  return html`<h2 class="bld">哪天</h2>
    <div class="chips" role="group" aria-label="哪天">${chips.map(([name, due]) => html`
      <button data-chip=${name} class=${!draft.own && draft.chip === name && draft.due === due ? "on" : ""} aria-pressed=${draft.chip === name && draft.due === due} @click=${() => set({ due, chip: name, own: false })}>${name}<small>${shortDay(due)}</small></button>`)}
      <label class="own ${draft.own ? "on" : ""}">${draft.own && draft.due ? shortDay(draft.due) : "选日期"}<input type="date" data-own-date aria-label="自己选日期" min=${day()} .value=${draft.own ? draft.due : ""} @change=${(event) => set({ due: event.target.value, own: true, chip: "" })}></label></div>
    ${amount("答应缴多少", draft.fen, (fen) => set({ fen }), "promise-fen", door)}`;
}

const amount = (name, value, change, hook, door) => html`<label class="field"><span>${name}（元）</span>
  <input inputmode="decimal" data-amount=${hook} .value=${value} @input=${(event) => change(event.target.value)}></label>
  ${door.home.outstanding_fen && fenOf(value || "") > door.home.outstanding_fen ? html`<p class="warn">比欠款 ￥${yuan(door.home.outstanding_fen)} 多，办公室会核对。</p>` : nothing}`;

function claimView(door) {
  const claim = draft.claim;
  if (!claim) return html`<p class="hint">业主扫码付的不用登记，钱到账后自动显示。收了现金、转账或刷卡才点：</p>
    <div class="chips"><button data-extra="claim" @click=${() => set({ claim: { channel: "cash", fen: yuan(door.home.outstanding_fen || 0) } })}>登记收款</button></div>`;
  return html`<section class="card" data-claim><h2>登记收款</h2>
    <p class="warn">这只是登记，不会改动欠款。钱交到收银、核对入账后才算缴清，请给业主收据。</p>
    ${choices(Object.entries(CLAIM_CHANNELS), claim.channel, (channel) => set({ claim: { ...claim, channel } }), { hook: "claim", label: "收款方式" })}
    ${amount("收了多少", claim.fen, (fen) => set({ claim: { ...claim, fen } }), "claim-fen", door)}
    <button class="link" @click=${() => set({ claim: null })}>没有收款</button></section>`;
}

/** Photos, note, ticket, delivery: one tap each, folded until wanted. */
function extras(door) {
  const notices = door.home.notices || [];
  const add = (name, value) => set({ [name]: value, opened: { ...draft.opened, [name]: true } });
  return html`
    ${photosView(door)}
    <div class="chips extras">
      ${draft.note || draft.opened.note ? nothing : html`<button data-extra="note" @click=${() => add("note", "")}>＋ 备注</button>`}
      ${draft.ticket ? nothing : html`<button data-extra="ticket" @click=${() => add("ticket", { kind: "repair", text: "" })}>＋ 报修 / 投诉</button>`}
      ${draft.delivery || !notices.length ? nothing : html`<button data-extra="delivery" @click=${() => add("delivery", { notice: notices.length === 1 ? notices[0].notice : "", proof: "", signer: "" })}>＋ 送达通知</button>`}
    </div>
    ${draft.note || draft.opened.note ? html`<label class="field"><span>备注</span><textarea data-note rows="3" maxlength="500" .value=${draft.note} @input=${(event) => set({ note: event.target.value })}></textarea></label>` : nothing}
    ${draft.ticket ? ticketView() : nothing}
    ${draft.delivery ? deliveryView(notices) : nothing}`;
}

function ticketView() {
  const ticket = draft.ticket;
  return html`<section class="card" data-ticket-form><h2>报修 / 投诉</h2>
    ${choices(Object.entries(TICKET_KINDS), ticket.kind, (kind) => set({ ticket: { ...ticket, kind } }), { hook: "ticket", label: "工单种类" })}
    <label class="field"><span>业主说了什么</span><textarea data-ticket-text rows="3" maxlength="500" .value=${ticket.text} @input=${(event) => set({ ticket: { ...ticket, text: event.target.value } })}></textarea></label>
    <button class="link" @click=${() => set({ ticket: null })}>不开工单</button></section>`;
}

function deliveryView(notices) {
  const delivery = draft.delivery;
  const change = (more) => set({ delivery: { ...delivery, ...more } });
  const verdict = delivery.proof ? restarts(delivery.proof, delivery.signer, day()) : null;
  return html`<section class="card" data-delivery><h2>送达通知</h2>
    ${notices.length > 1 ? choices(notices.map((one) => [one.notice, one.number]), delivery.notice, (notice) => change({ notice }), { hook: "notice", label: "通知编号" }) : html`<p class="soft">${notices[0]?.number}</p>`}
    ${choices(Object.entries(PROOFS), delivery.proof, (proof) => change({ proof, signer: "" }), { hook: "proof", label: "怎样送达" })}
    ${delivery.proof === "signed" ? html`<h3>谁签收</h3>${choices(Object.entries(SIGNERS), delivery.signer, (signer) => change({ signer }), { hook: "signer", label: "谁签收" })}${signView()}` : nothing}
    ${verdict ? html`<p class=${verdict.yes ? "verdict yes" : "verdict"} data-restarts=${verdict.yes ? "yes" : "no"}>${verdict.yes ? `时效重新起算，到 ${verdict.until}。` : `时效不重新起算：${verdict.why}。`}</p>` : nothing}
    <button class="link" @click=${() => set({ delivery: null })}>没有送达</button></section>`;
}

export const saveButton = (door) => button(draft.mode === "record" ? "保存到本机" : "保存更正", () => save(door), { hook: "save", off: !draft.outcome });

/** 已保存到本机 is said only after the strict transaction has ended. */
async function save(door) {
  complaint = missing();
  if (complaint || saving) return redraw();
  saving = true;
  try {
    await sealed();
    await settled();
    const { route, home } = door;
    const data = dataOf();
    const base = { route: route.id, household: home.id, label: home.code, photos: data.photos, draft: draft.key, who: who() };
    if (draft.mode === "correct") await record({ ...base, kind: "visit.correct", data: { visit: draft.target, data } });
    else await record({ ...base, kind: "visit.record", data, ...(draft.mode === "replace" ? { replaces: draft.target } : {}) });
    forget();
    await reload();
    await go("doors");
    say(`${home.code} 已保存到本机 ${clockText(now())}`);
  } finally {
    saving = false;
  }
}
