// The start of the staff app: checks the ground, opens what is stored, draws, and keeps sending and pulling.
import { obstacle, showObstacle, codeFromAddress, enrolView, revokedView } from "./gate.js";
import { metas, open, setMeta } from "./store.js";
import { startClock } from "./clock.js";
import { load, onModel, reload, state } from "./model.js";
import { prune } from "./outbox.js";
import { checkLease } from "./sync.js";
import { startWork } from "./work.js";
import { drawWith, flush, go, notice, place, redraw, showTheme } from "./ui.js";
import { doorsView } from "./doors.js";

const views = { doors: doorsView, enrol: enrolView };
// Fetched once the first screen stands: on a slow network that is a second earlier.
const LATER = ["./door.js", "./more.js", "./code.js"];
const later = {};

async function start() {
  const hindrance = obstacle();
  if (hindrance) return showObstacle(hindrance);
  const { invited, sticker } = fromAddress();
  await open();
  await startClock();
  const me = await metas();
  await checkLease();
  showTheme(me.theme);
  Object.assign(place, !me.token || invited ? { view: "enrol", key: "" } : me.place || {});
  history.replaceState({ ...place }, "", location.pathname + location.hash);
  drawWith(draw);
  onModel(draw);
  await load();
  document.documentElement.dataset.ready = "yes";
  startWork();
  await loadLater();
  if (sticker && me.token) await openSticker(sticker);
  addEventListener("hashchange", scanned);
  if (location.hash) scanned();
  navigator.storage?.persist?.();
  prune().then(reload);
  installWorker();
}

function draw() {
  if (!state.ready) return;
  if (state.me.revoked && place.view !== "enrol" && place.view !== "records") return revokedView(() => later.exportNow?.());
  if (!state.me.token && place.view !== "enrol") Object.assign(place, { view: "enrol", key: "" });
  (views[place.view] || later[`${place.view}View`] || waiting)(place.key);
}

/** A screen whose module is still on its way; an unknown one is the list of doors. */
function waiting() {
  if (later.doorView) doorsView();
}

async function loadLater() {
  Object.assign(later, ...(await Promise.all(LATER.map((path) => import(path)))));
  draw();
}

/** What a scanned link carries behind #, taken out of the address at once. */
function fromAddress() {
  const sticker = /[#&]check=([^&]+)/.exec(location.hash)?.[1];
  return { sticker, invited: codeFromAddress() };
}

/** A link scanned while the app is open. */
function scanned() {
  const { invited, sticker } = fromAddress();
  if (invited) return go("enrol");
  if (sticker && state.me.token) return openSticker(sticker);
}

async function openSticker(text) {
  await go("patrol");
  await later.checkOpened(decodeURIComponent(text));
}

/** A failing registration must not stop the app. A new version waits for a tap, and the draft is on disk first. */
async function installWorker() {
  try {
    const registration = await navigator.serviceWorker.register("sw.js");
    const offer = (worker) => { notice.update = () => update(worker); redraw(); };
    if (registration.waiting && navigator.serviceWorker.controller) offer(registration.waiting);
    registration.addEventListener("updatefound", () => watch(registration.installing, offer));
    setInterval(() => registration.update().catch(() => {}), 3_600_000);
  } catch { /* without it the app works as long as there is network */ }
}

function watch(worker, offer) {
  worker.addEventListener("statechange", () => {
    if (worker.state === "installed" && navigator.serviceWorker.controller) offer(worker);
  });
}

async function update(worker) {
  await flush();
  await setMeta({ place: { ...place } });
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  worker.postMessage("go");
}

start();
