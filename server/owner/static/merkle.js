// The arithmetic of docs/totals.md in a browser: leaf, node, climb, the text of a seal, its fingerprint. Throws on what
// cannot be in a tree.
const LIMIT = 1n << 63n;
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

export const hex = bytes => [...bytes].map(byte => byte.toString(16).padStart(2, "0")).join("");

export function bytes(text, size) {
  if (!/^([0-9a-f]{2})*$/.test(text) || text.length !== size * 2) throw new Error("not " + size + " bytes");
  return Uint8Array.from(text.match(/../g) ?? [], pair => parseInt(pair, 16));
}

function eight(fen) {
  if (typeof fen !== "bigint" || fen < 0n || fen >= LIMIT) throw new Error("a sum in the tree is between 0 and 2^63");
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, fen);
  return out;
}

export async function sha(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer()));
}

export async function leaf(salt, fen, number) {
  const hash = await sha(new Uint8Array([0]), bytes(salt, 16), eight(fen), new TextEncoder().encode(number));
  return { fen, hash };
}

export async function node(left, right) {
  const hash = await sha(new Uint8Array([1]), eight(left.fen), left.hash, eight(right.fen), right.hash);
  eight(left.fen + right.fen);
  return { fen: left.fen + right.fen, hash };
}

export async function climb(start, steps) {
  let at = start;
  for (const step of steps) {
    const other = { fen: BigInt(step.fen), hash: bytes(step.hash, 32) };
    at = step.side === "left" ? await node(other, at) : await node(at, other);
  }
  return at;
}

export function sealText(community, seal) {
  return ["koumen day seal 1", community, seal.no, seal.since, seal.day, seal.receipts, seal.total_fen, seal.root, seal.back,
    seal.back_fen, seal.back_root, seal.prev_hash].join("\n");
}

export function fingerprint(hash) {
  const bits = BigInt("0x" + hash.slice(0, 10));
  const text = Array.from({ length: 8 }, (_, i) => LETTERS[Number((bits >> BigInt(35 - 5 * i)) & 31n)]).join("");
  return text.slice(0, 4) + "-" + text.slice(4);
}
