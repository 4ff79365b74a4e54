// The owner's own check, in his browser: from his receipt up to the published total, its fingerprint and signature.
// The proof comes with the page; the seal is fetched from the public door, as anybody gets it.
import { bytes, climb, fingerprint, hex, leaf, sealText, sha } from "./merkle.js";

const box = document.querySelector("[data-proof]");
const list = document.querySelector("[data-steps]");
const verdict = document.querySelector("[data-verdict]");
const yuan = fen => "￥" + (Number(fen) / 100).toLocaleString("en-US", { minimumFractionDigits: 2 });

function say(good, text) {
  const line = document.createElement("p");
  line.dataset.good = good === null ? "unknown" : String(good);
  line.textContent = (good === null ? "— " : good ? "✓ " : "✗ ") + text;
  list.append(line);
  return good !== false;
}

async function published(community, day) {
  const answer = await fetch(`/api/v1/seals?community=${community}&date=${day}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("没有取到公布的合计，请稍后再试");
  const { seals, public_key: key } = await answer.json();
  return { seal: seals[0], key };
}

async function signed(key, seal, text) {
  try {
    const known = await crypto.subtle.importKey("raw", bytes(key, 32), "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", known, bytes(seal.signature, 64), new TextEncoder().encode(text));
  } catch (error) {
    if (error.name === "NotSupportedError" || error.name === "SyntaxError") return null;
    throw error;
  }
}

export async function check(proof, community) {
  const { seal, key } = await published(community, proof.seal.day);
  if (!seal) return say(false, "物业没有公布这一天的合计");
  const top = await climb(await leaf(proof.salt, BigInt(proof.fen), proof.number), proof.steps);
  const inside = top.fen === BigInt(seal.total_fen) && hex(top.hash) === seal.root;
  const text = sealText(community, seal);
  const whole = hex(await sha(text)) === seal.hash;
  const sign = await signed(key, seal, text);
  return [
    say(inside, inside ? `收据 ${proof.number} 的 ${yuan(proof.fen)} 在公布的合计 ${yuan(seal.total_fen)} 之内（${seal.receipts} 张收据）`
      : "这张收据算不到公布的合计里"),
    say(whole, whole ? `公布的内容与指纹 ${fingerprint(seal.hash)} 一致` : "公布的内容与它的指纹对不上"),
    say(sign, sign === null ? "这个浏览器不能核对签名（其余已核对）" : sign ? "签名是物业系统的" : "签名不对"),
  ].every(Boolean);
}

async function run() {
  if (!globalThis.crypto?.subtle) throw new Error("浏览器只在 https 网页上提供核对所需的功能，请用 https 打开");
  return check(JSON.parse(box.dataset.proof), box.dataset.community);
}

run().then(good => {
  verdict.textContent = good ? "核对通过：这笔钱在公布的合计里。" : "核对没有通过，请带上收据到前台查询。";
  verdict.className = good ? "ok c" : "no";
}, error => {
  verdict.textContent = "没有核对成：" + error.message;
  verdict.className = "no";
}).finally(() => { verdict.dataset.done = "1"; });
