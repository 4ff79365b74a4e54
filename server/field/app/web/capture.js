// Pictures: photos made small and without their position, a signature drawn with the finger; bytes on disk at once.
import { changed, strict } from "./store.js";
import { now } from "./clock.js";
import { state } from "./model.js";
import { html, nothing, redraw, say } from "./ui.js";
import { busy, draft, set, settled } from "./draft.js";

const EDGE = 1600;
const BYTES = 250_000;

/** A picture as JPEG of at most 1600 px and 250 KB; drawn anew, so nothing of its EXIF is left. */
export async function shrink(file) {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  let scale = Math.min(1, EDGE / Math.max(image.width, image.height));
  for (;; scale *= 0.8) {
    const canvas = drawn(image, scale);
    for (const quality of [0.8, 0.65, 0.5]) {
      const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", quality); });
      if (blob.size <= BYTES) return blob.arrayBuffer();
    }
  }
}

function drawn(image, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  const paper = canvas.getContext("2d");
  paper.fillStyle = "#fff";
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** Keeps the bytes and names them in the draft. */
async function keep(bytes, type, what) {
  const sha = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((b) => b.toString(16).padStart(2, "0")).join("");
  await strict(["photo"], async (tx) => {
    if (!(await tx.store.get(sha))) await tx.store.put({ sha, bytes, type, what, state: "draft", savedAt: now(), tries: 0 });
  });
  changed("photo");
  await set({ photos: [...new Set([...draft.photos, sha])] });
  return sha;
}

function taken(event) {
  const files = [...event.target.files];
  event.target.value = "";
  say("正在保存照片…");
  return busy(develop(files));
}

async function develop(files) {
  for (const file of files) {
    try {
      await keep(await shrink(file), "image/jpeg", "photo");
      say("照片已保存");
    } catch (problem) {
      if (!["InvalidStateError", "EncodingError", "NotSupportedError"].includes(problem.name)) throw problem;
      say("这张照片打不开，请重拍");
    }
  }
}

/** The draft is on disk before the camera opens: Android may end the app meanwhile. */
async function camera(event) {
  event.preventDefault();
  const input = event.currentTarget.parentElement.querySelector("input");
  await set({});
  await settled();
  input.click();
}

const urls = new Map();
function url(sha) {
  const photo = state.box.photos.get(sha);
  if (!urls.has(sha) && photo) urls.set(sha, URL.createObjectURL(new Blob([photo.bytes], { type: photo.type })));
  return urls.get(sha);
}

export const photosView = () => html`<div class="photos" data-photos=${draft.photos.length}>
  <div class="shot"><button class="btn ghost" data-extra="photo" @click=${camera}>＋ 照片</button>
    <input type="file" accept="image/*" capture="environment" multiple hidden tabindex="-1" aria-label="照片" data-photo-input @change=${taken}></div>
  ${draft.photos.map((sha) => (url(sha) ? html`<figure><img src=${url(sha)} alt="照片"><button aria-label="去掉这张照片" @click=${() => drop(sha)}>×</button></figure>` : nothing))}
  <p class="hint">拍通知，不拍住家。</p></div>`;

const drop = (sha) => set({ photos: draft.photos.filter((one) => one !== sha), ...(draft.signature === sha ? { signature: "" } : {}) });

let pad = null;

/** The signature field; its library is loaded when somebody signs. */
export function signView() {
  if (draft.signature) return html`<div class="photos"><figure class="wide"><img src=${url(draft.signature)} alt="签名" data-signed><button aria-label="重签" @click=${() => drop(draft.signature)}>×</button></figure></div>`;
  return html`<h3>请业主签名</h3><canvas class="sign" data-sign aria-label="签名处" role="img"></canvas>
    <div class="two"><button class="btn ghost" data-sign-open @click=${openPad}>${pad ? "清空重签" : "开始签名"}</button>
    <button class="btn ghost" data-sign-done ?disabled=${!pad} @click=${signed}>签好了</button></div>`;
}

async function openPad() {
  const canvas = document.querySelector("[data-sign]");
  const { default: SignaturePad } = await import("./vendor/signature_pad.js");
  const ratio = Math.max(1, devicePixelRatio);
  canvas.width = canvas.offsetWidth * ratio;
  canvas.height = canvas.offsetHeight * ratio;
  canvas.getContext("2d").scale(ratio, ratio);
  pad?.off();
  pad = new SignaturePad(canvas, { backgroundColor: "rgb(255,255,255)", penColor: "rgb(23,33,30)" });
  redraw();
}

/** What was drawn counts, also when nobody pressed 签好了. */
export const sealed = () => (pad && draft.delivery?.proof === "signed" && !draft.signature && !pad.isEmpty() ? signed() : null);

async function signed() {
  if (pad.isEmpty()) return say("还没有签名");
  const canvas = document.querySelector("[data-sign]");
  const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/png"); });
  pad.off();
  pad = null;
  const sha = await keep(await blob.arrayBuffer(), "image/png", "signature");
  await set({ signature: sha });
}
