// The lobby page: start from what is kept, then report every few seconds and take what is new.
import { forget, load, save } from './buffers.js'
import { apply } from './fit.js'
import * as net from './net.js'
import { guard, painted } from './guard.js'
import { Show } from './show.js'
import { el } from './slides.js'

const stage = document.querySelector('#stage')
let offset = Number(localStorage.getItem('offset')) || 0
let rev = '', refused = 0, shown = {}, run = '', runDay = ''
const now = () => Date.now() + offset
const show = new Show(stage, now)
const watch = guard(show)

function begin() {
  run = Math.random().toString(36).slice(2) + Date.now().toString(36)
  runDay = new Date(now() + 8 * 3600e3).toISOString().slice(0, 10)
  shown = {}
}

function take(text) {
  const snap = JSON.parse(text)
  rev = snap.rev
  begin()
  show.take(snap)
}

function report() {
  const errors = show.errors
  show.errors = []
  return {
    rev, slide: show.key, shown_since: show.since ? new Date(show.since).toISOString() : '', frames: painted(),
    heap: performance.memory?.usedJSHeapSize ?? 0, clock: Date.now(), errors, run, shown, width: innerWidth, height: innerHeight,
  }
}

async function beat() {
  const sent = performance.now()
  const answer = await net.beat(report())
  watch.talked(answer.status === 200)
  if (answer.status === 200) {
    refused = 0
    const skew = Date.parse(answer.now) - Date.now()
    offset = Math.abs(skew) > 120e3 ? skew : 0
    localStorage.setItem('offset', String(offset))
    answer.commands.forEach(obey)
    if (answer.rev !== rev) await fetchNew()
  } else if (answer.status === 401 && ++refused >= (show.snap ? 3 : 1)) {
    await forget()
    return pairing()
  }
  const wait = (answer.next_s ?? 5) * 1000 - (performance.now() - sent)
  setTimeout(beat, Math.max(500, wait))
  return undefined
}

async function fetchNew() {
  const got = await net.snapshot()
  if (got.status !== 200) return
  try {
    take(got.text)
    await save(got.text)
  } catch (error) {
    show.fault(`snapshot: ${error.message}`)
  }
}

function obey(command) {
  if (command === 'reload') location.reload()
  if (command === 'identify') {
    const name = document.querySelector('#name')
    name.textContent = show.snap?.screen.name ?? ''
    name.hidden = false
    setTimeout(() => { name.hidden = true }, 30e3)
  }
}

async function pairing() {
  show.snap = null
  rev = ''
  const box = document.querySelector('#slide')
  apply(null)
  const asked = await net.pair()
  if (asked.code) {
    const code = `${asked.code.slice(0, 4)} ${asked.code.slice(4)}`
    box.replaceChildren(el('h1', '', '请在办公室登记这块屏'), el('p', 'code', code), el('p', 'sub', '控制台 → 公告与大屏 → 登记大屏，输入以上字母'))
  } else box.replaceChildren(el('h1', '', '正在连接'), el('p', 'sub', '网络恢复后自动继续'))
  box.className = 'centre'
  box.dataset.key = 'pair'
  const end = Date.now() + 9.5 * 60e3
  const poll = async () => {
    const got = asked.poll ? await net.pair(asked.poll) : { state: 'over' }
    if (got.state === 'paired') return location.reload()
    return got.state === 'over' || Date.now() > end ? pairing() : setTimeout(poll, 3000)
  }
  setTimeout(poll, 3000)
}

function second() {
  const key = show.proved()
  if (key) shown[key] = (shown[key] ?? 0) + 1
  if (new Date(now() + 8 * 3600e3).toISOString().slice(0, 10) !== runDay) begin()
  show.tick()
  watch.ticked()
}

addEventListener('keydown', (event) => { if (event.key === 'ArrowRight' && show.snap) show.next() })
addEventListener('error', (event) => show.fault(event.message))
addEventListener('unhandledrejection', (event) => show.fault(event.reason?.message ?? event.reason))
begin()
apply(null)
const kept = await load()
if (kept) {
  rev = kept.rev
  show.take(kept)
}
setInterval(second, 1000)
await net.enter().catch(() => {})
beat()
