// Codes: showing a home's own QR code, and telling on patrol, without network, whether a sticker is genuine.
import { findDoor, state, who } from "./model.js";
import { record } from "./outbox.js";
import { codeOf, masked, yuan } from "./rules.js";
import { button, go, html, redraw, say, show } from "./ui.js";
import { currentRoute } from "./doors.js";

export function codeView(key) {
  const door = findDoor(key);
  if (!door?.home.code_bitmap) return go("door", key);
  show({
    title: `${door.home.code} · ${masked(door.home.owner)}`, back: () => go("door", key),
    body: html`<section class="card qr"><p>请业主用微信或支付宝扫码</p><canvas data-qr role="img" aria-label="付款二维码"></canvas>
      <b class="big">￥${yuan(door.home.outstanding_fen || 0)}</b><p class="soft">钱直接进物业公司账户，到账后这里会显示“今天已付”。</p></section>`,
    foot: button("扫好了，回去登记", () => go("door", key), { hook: "back" }),
  });
  paint(document.querySelector("[data-qr]"), door.home.code_bitmap);
}

/** Black on white in every theme, with a quiet zone of four modules. `bits` is base64, row after row, high bit first. */
export function paint(canvas, { side, bits }) {
  const bytes = Uint8Array.from(atob(bits), (one) => one.charCodeAt(0));
  const scale = Math.max(4, Math.floor(320 / (side + 8)));
  canvas.width = canvas.height = (side + 8) * scale;
  const paper = canvas.getContext("2d");
  paper.fillStyle = "#fff";
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.fillStyle = "#000";
  for (let i = 0; i < side * side; i += 1) {
    if (bytes[i >> 3] & (0x80 >> (i & 7))) paper.fillRect(((i % side) + 4) * scale, (Math.floor(i / side) + 4) * scale, scale, scale);
  }
}

const patrol = { text: "", answer: null };

/** A code opened with the app goes straight to the check. */
export function checkOpened(text) {
  patrol.text = text;
  return check();
}

export function patrolView() {
  show({
    title: "查验二维码", small: "离线也能查", back: () => go("more"),
    body: html`<section class="card"><label class="field"><span>贴纸或通知上二维码下面的编号，也可以粘贴链接</span>
      <input data-patrol-code autocomplete="off" autocapitalize="characters" spellcheck="false" .value=${patrol.text}
        @input=${(event) => { patrol.text = event.target.value; patrol.answer = null; redraw(); }}></label>
      ${patrol.answer ? verdict(patrol.answer) : html`<p class="soft">能查您手机里 ${state.codes.length} 个有效二维码。</p>`}</section>`,
    foot: button("查验", check, { hook: "check", off: !patrol.text.trim() }),
  });
}

const verdict = ({ result, home }) => html`<div class="verdict ${result === "genuine" ? "yes" : "no"}" role="alert" data-verdict=${result}>${{
  genuine: html`<b>真的</b><p>是 ${home?.code} 的付款码。</p>`,
  unknown: html`<b>不在名单里</b><p>可能是假的、已更换的，或不是您路线上的。请拍照，不要撕，已记下给办公室核对。</p>`,
  mistyped: html`<b>编号有误</b><p>请对照贴纸再输一次；若输入无误，编号就是假的，请拍照告诉办公室。</p>`,
}[result]}</div>`;

async function check() {
  const code = codeOf(patrol.text);
  const found = code ? await match(code) : null;
  patrol.answer = { result: found ? "genuine" : code ? "unknown" : "mistyped", home: found?.home };
  const route = currentRoute();
  await record({
    kind: "code.check", route: route?.id ?? null, household: found?.home.id ?? route?.doors[0]?.home.id ?? null, label: found?.home.code || "查验二维码", who: who(),
    data: { code: (code || patrol.text.trim()).slice(0, 200), genuine: Boolean(found) },
  });
  say("查验已记下");
  redraw();
}

/** The first eight bytes of the token's SHA-256, hex or base64, against those of the homes in this phone. */
async function match(code) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(code))).subarray(0, 8);
  const hex = [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const base = btoa(String.fromCharCode(...hash));
  return state.codes.find(({ prefix }) => prefix === hex || prefix === base || prefix === base.replace(/=+$/, ""));
}
