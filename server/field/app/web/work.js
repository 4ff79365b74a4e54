// Keeps the phone in step: sends and pulls on every occasion, one tab at a time, and tells what the server says of it.
import { changed, eraseBuckets, metas, onChange } from "./store.js";
import { Trouble } from "./net.js";
import { checkLease, delay, pull, send } from "./sync.js";
import { notice, redraw, say } from "./ui.js";

const IDLE = 60_000;
let timer;
let tries = 0;
let running = null;
let again = false;

/** Every occasion to try: something saved, network back, the app looked at again. */
export function startWork() {
  onChange((what, here) => { if (here && (what === "outbox" || what === "token")) soon(); });
  addEventListener("online", soon);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) soon(); });
  work();
}

/** Now; or, while an attempt is under way that may have begun without network, right after it. */
function soon() {
  if (running) again = true;
  else work();
}

/** Sends, then pulls; one tab at a time (Web Locks). Fails silently into its own timer: being offline is normal. */
function work(force = false) {
  if (running) return running;
  clearTimeout(timer);
  again = false;
  running = attempt(force).finally(() => {
    running = null;
    timer = setTimeout(work, again ? 200 : tries ? delay(Math.min(tries, 8)) : IDLE);
  });
  return running;
}

async function attempt(force) {
  try {
    const left = await navigator.locks.request("koumen-send", { ifAvailable: true }, (lock) => (lock ? turn(force) : "another tab"));
    tries = left === "later" ? tries + 1 : 0;
  } catch (problem) {
    if (!(problem instanceof Trouble)) throw problem;
    tries += 1;
    await explain(problem);
  }
}

/** A push that failed does not keep the news away, unless the server refuses this phone or cannot be reached. */
async function turn(force) {
  const me = await metas();
  if (!me.token || me.revoked) return "done";
  let left;
  try {
    left = await send();
  } catch (problem) {
    if (!(problem instanceof Trouble) || [0, 401].includes(problem.status)) throw problem;
    left = "later";
  }
  await pull({ force });
  await checkLease();
  return left;
}

/** What the server says about the phone as a whole. */
async function explain(problem) {
  if (problem.code === "device-revoked") {
    await eraseBuckets({ revoked: true });
    changed("body");
  } else if (problem.status === 401) notice.enrolAgain = true;
  else if (problem.status === 426) notice.upgrade = true;
  await checkLease();
  redraw();
}

/** The button 更新任务 / 立即上传: says plainly what came of it. */
export async function refresh() {
  say("正在联系服务器…");
  await running;
  await work(true);
  say(tries ? "暂时连不上，记录都在这部手机里，会自动再传" : "已是最新");
}
