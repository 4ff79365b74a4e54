// The plan by hand: doors dragged between people and into another order, by mouse, finger or keys. What the hand does
// goes out as the page's own form; the answer is the page again, of which the board is taken over.
import { follow } from "./drag.js";

const board = () => document.querySelector("[data-board]");
const item = code => board().querySelector(`.stop[data-code="${CSS.escape(code)}"]`);
const tell = text => { document.querySelector("[data-told]").textContent = text; };
let turn = Promise.resolve();

/** One after the other: each works on the board the one before has left. */
const inTurn = act => { turn = turn.then(act); return turn; };

async function send(data) {
  const form = new FormData(board().querySelector("[data-drag]"));
  for (const [name, value] of data) form.set(name, value);
  board().setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(board().dataset.board, { method: "POST", body: new URLSearchParams(form) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (page.querySelector("[data-board]")) take(page, form.get("code"));
    else if (answer.ok) location.reload();
    else tell(page.querySelector("h1")?.textContent || "没有改动，请刷新后再试。");
  } catch {
    tell("没有网络，没有改动。");
  } finally {
    board().removeAttribute("aria-busy");
  }
}

/** The new board in place of the old one; what was unfolded stays so, and the hand stays on its door. */
function take(page, code) {
  const open = board().querySelector("[data-out]")?.open;
  const at = item(code)?.querySelector("details")?.open;
  board().replaceWith(document.importNode(page.querySelector("[data-board]"), true));
  wake();
  if (open && board().querySelector("[data-out]")) board().querySelector("[data-out]").open = true;
  const now = item(code);
  if (at && now?.querySelector("details")) now.querySelector("details").open = true;
  const lane = now?.closest("[data-lane]");
  (now?.querySelector(at ? "summary" : "[data-grip]") || board().querySelector("[data-grip]"))?.focus({ preventScroll: true });
  if (!lane?.dataset.lane) return tell(`${code}：这次不去`);
  const place = [...lane.querySelectorAll(".stop")].indexOf(now) + 1;
  const wrong = lane.querySelector("[data-fault]")?.textContent;
  tell(`${code}：${lane.dataset.name}第 ${place} 户，${now.dataset.at}${wrong ? `。注意：${wrong}` : ""}`);
}

/** Grips are there only where they work. */
function wake() {
  board().classList.toggle("live", Boolean(board().querySelector("[data-grip]")));
  for (const one of board().querySelectorAll("[data-grip],[data-how]")) one.hidden = false;
}

document.addEventListener("submit", event => {
  if (!event.target.matches("[data-board] form[data-change]")) return;
  event.preventDefault();
  delete event.target.dataset.sent;
  const data = new FormData(event.target, event.submitter);
  inTurn(() => send(data));
});

const lanes = () => [...board().querySelectorAll("[data-lane]:not([data-lane=''])")];

/** Arrows move the door, Delete takes it off. */
document.addEventListener("keydown", event => {
  const grip = event.target.closest?.("[data-grip]");
  const step = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: -1, ArrowRight: 1, Delete: "drop", Backspace: "drop" }[event.key];
  if (!grip || !step || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const code = grip.closest(".stop").dataset.code;
  inTurn(() => keyed(code, step));
});

function keyed(code, step) {
  const lane = item(code)?.closest("[data-lane]");
  if (!lane) return;
  if (!lane.dataset.lane) return step === "drop" ? undefined : send([["act", "add"], ["code", code]]);
  if (typeof step === "string") return send([["act", step], ["code", code]]);
  const every = lanes();
  const next = every[(every.indexOf(lane) + step + every.length) % every.length];
  if (next !== lane) return send([["act", "move"], ["code", code], ["staff", next.dataset.lane]]);
}

if (board()) {
  wake();
  follow(board, (code, staff, place) => inTurn(() => send(staff
    ? [["act", "place"], ["code", code], ["staff", staff], ["place", place]]
    : [["act", "drop"], ["code", code]])));
}
