// The way to the server: bearer token, gzip up, problem+json down, its time taken from every answer.
import { heard } from "./clock.js";

export const APP = document.documentElement.dataset.version || "dev";
export const CLIENT = { app: APP, schema: 1 };
const API = "../api/v1/";

/** A refusal the server explained, or (status 0) no answer at all. */
export class Trouble extends Error {
  constructor(status, problem = {}) {
    super(problem.detail || problem.title || (status ? `服务器答复 ${status}` : "没有网络"));
    this.status = status;
    this.code = `${problem.code || problem.type || ""}`.split(/[/#]/).pop().replaceAll("_", "-");
    this.pointer = problem.errors?.[0]?.pointer || "";
  }
}

export async function call(method, path, { token, json, bytes, type, headers = {}, wait = 30_000 } = {}) {
  const all = { ...headers, Accept: "application/json" };
  if (token) all.Authorization = `Bearer ${token}`;
  let body = bytes;
  if (bytes) all["Content-Type"] = type;
  if (json !== undefined) body = await packed(JSON.stringify(json), all);
  const answer = await fetched(path, { method, headers: all, body, wait });
  const time = answer.headers.get("Date");
  if (time && (answer.ok || answer.status === 304)) await heard(time);
  const text = await read(answer);
  if (answer.status === 304) return { same: true, etag: answer.headers.get("ETag") };
  if (!answer.ok) throw new Trouble(answer.status, text);
  return { data: text, etag: answer.headers.get("ETag") };
}

async function fetched(path, { wait, ...rest }) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), wait);
  try {
    return await fetch(new URL(API + path, document.baseURI), { ...rest, cache: "no-store", credentials: "omit", signal: stop.signal });
  } catch {
    throw new Trouble(0);
  } finally {
    clearTimeout(timer);
  }
}

async function read(answer) {
  try {
    const text = await answer.text();
    return text && answer.headers.get("Content-Type")?.includes("json") ? JSON.parse(text) : {};
  } catch {
    throw new Trouble(0);
  }
}

async function packed(text, headers) {
  headers["Content-Type"] = "application/json";
  if (text.length < 1000 || !("CompressionStream" in self)) return text;
  headers["Content-Encoding"] = "gzip";
  const zip = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(zip).arrayBuffer();
}
