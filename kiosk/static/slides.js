// One function per kind of slide: (box, snapshot, id, page, perPage, at) fills the box. Text goes in as text, never as
// markup.
import { most, over } from './fit.js'
import { PER_LIST } from './playlist.js'
import { length, pages } from './wording.js'
import { coins, day, percent, period, top, yuan } from './words.js'

export function el(tag, cls, ...inside) {
  const node = document.createElement(tag)
  if (cls) node.className = cls
  node.append(...inside.filter((part) => part !== null && part !== undefined && part !== ''))
  return node
}

function bar(share) {
  const fill = el('b')
  fill.style.width = `${Math.max(0, Math.min(1, share)) * 100}%`
  return el('i', '', fill)
}

function rows(heads, words, largest) {
  return heads.map((h) => el('div', 'row', el('span', '', h.head), bar(largest > 0 ? h.fen / largest : 0), el('em', '', words(h.fen))))
}

const total = (name, fen) => el('span', '', `${name} `, el('b', '', yuan(fen)))
const heading = (text) => el('h1', length(text) > 16 ? 'long' : '', text)

function fill(box, ...inside) {
  box.className = ''
  box.replaceChildren(...inside)
}

function announcement(box, snap, id, page, perPage) {
  const row = snap.announcements.find((a) => `${a.id}:${a.version}` === id)
  const text = pages(row.text, perPage)[page]
  const urgent = row.kind === '紧急'
  const body = el('p', 'text', text)
  fill(box, el('span', `kind${urgent ? ' urgent' : ''}`, urgent && row.until ? '紧急通知' : row.kind), heading(row.title), body)
  for (const size of ['x2', 'x1', '']) {
    body.className = `text ${size}`
    if (!over(box)) break
  }
}

function eachYuan(box, snap) {
  const it = snap.each_yuan
  const largest = Math.max(...it.heads.map((h) => h.fen))
  most(box, (n) => fill(box, el('h1', '', '您交的每 1 元花在哪里'), el('p', 'sub', `${period(it.period)} · ${it.fund}`),
    el('div', 'body side', el('div', 'rows', ...rows(top(it.heads, n), coins, largest)),
      el('p', 'totals', total('收入', it.in_fen), total('支出', it.out_fen), total(it.in_fen < it.out_fen ? '超支' : '结余', Math.abs(it.in_fen - it.out_fen))))), 7)
}

function lists(it, n) {
  const largest = Math.max(1, ...it.in.map((h) => h.fen), ...it.out.map((h) => h.fen))
  const part = (name, fen, heads) => heads.length
    ? el('div', 'rows small', el('h2', '', el('span', '', name), el('span', '', yuan(fen))), ...rows(top(heads, n), yuan, largest)) : null
  return el('div', it.in.length && it.out.length ? 'body two' : 'body', part('收入', it.in_fen, it.in), part('支出', it.out_fen, it.out))
}

function statement(box, snap, id) {
  const it = snap.statements.find((s) => s.fund === id)
  most(box, (n) => fill(box, el('h1', '', `${it.fund}收支`), el('p', 'sub', `${period(it.period)} · 按凭证汇总`), lists(it, n)), 7)
}

function disclosure(box, snap, id) {
  const it = snap.disclosures.find((d) => d.id === id)
  const mark = it.corrected ? ' · 已被更正' : it.corrects ? ` · 更正：${it.reason}` : ''
  const sub = [period(it.period), it.regime, `${day(it.published)}公示`].filter(Boolean).join(' · ') + mark
  most(box, (n) => fill(box, heading(`${it.fund}收支公示`), el('p', 'sub', sub), lists(it, n),
    el('p', 'totals', total('期初', it.opening_fen), total('收入', it.in_fen), total('支出', it.out_fen), total('期末', it.closing_fen))), 7)
}

// the newest signed total, to be held against the proof of a receipt
const sealed = (it) => it ? [` · ${day(it.day)}封存 ${yuan(it.total_fen)}，指纹 `, el('b', '', it.fingerprint)] : []

function progress(box, snap) {
  const it = snap.progress
  const whole = el('b')
  whole.style.width = `${it.permille / 10}%`
  most(box, () => fill(box, el('h1', '', '物业费收缴进度'), el('p', 'sub', `全小区 · 截至 ${period(it.period)}账单`),
    el('div', 'body', el('div', 'huge', percent(it.permille), el('small', '', '%')), el('div', 'meter', whole),
      el('p', 'totals', total('应收', it.billed_fen), total('已收', it.collected_fen)), el('p', 'sub', '已收金额按千元取整', ...sealed(snap.seal)))), 3)
}

function buildings(box, snap, id, page) {
  const part = snap.buildings.slice(page * PER_LIST, (page + 1) * PER_LIST)
  most(box, () => fill(box, el('h1', '', '谢谢这些楼栋的邻居'), el('p', 'sub', `${period(snap.buildings[0].period)} · 当月缴费率，只与本楼上期相比`),
    el('div', part.length > 3 ? 'body two' : 'body', ...part.map((b) => el('div', 'pair line', el('span', '', b.name), el('em', '', b.band),
      b.change ? el('small', '', b.change) : null)))), 3)
}

function thanks(box, snap, id) {
  const it = snap.thanks.find((t) => t.id === id)
  fill(box, el('h1', '', it.title), el('p', 'sub', '今天随机展示部分同意公开的邻居'),
    el('div', 'body', el('div', 'names', ...it.names.map((name) => el('span', '', name)))))
}

function lottery(box, snap, id) {
  const it = snap.draws.find((d) => d.id === id)
  const check = it.seed ? `种子 ${it.seed.slice(0, 16)}…，可核对` : `种子指纹 ${it.commitment.slice(0, 16)}…，开奖后公布种子`
  fill(box, heading(it.title), el('p', 'sub', `${it.prize} · ${it.entries} 位参加 · ${day(it.draw_day)}开奖`),
    el('div', 'body', el('div', 'names', ...(it.won.length ? it.won : []).map((name) => el('span', '', name))), el('p', 'sub', check)))
}

export function clock(box, snap, id, page, perPage, at) {
  const local = new Date(at.now + 8 * 3600e3)
  const date = `${local.getUTCMonth() + 1} 月 ${local.getUTCDate()} 日　星期${'日一二三四五六'[local.getUTCDay()]}`
  fill(box, ...(at.trusted ? [el('p', 'time', local.toISOString().slice(11, 16)), el('p', 'sub', date)] : []),
    el('h1', '', snap.community), snap.service_phone ? el('p', 'phone', `服务电话　${snap.service_phone}`) : null)
  box.className = 'centre'
}

const KINDS = { a: announcement, d: disclosure, f: statement, t: thanks, w: lottery, yuan: eachYuan, progress, buildings, clock }

// what a slide stands for: the part of the snapshot it draws, to see whether it changed
export function facts(snap, key) {
  const [kind, id] = split(key)
  const of = { a: 'announcements', d: 'disclosures', f: 'statements', t: 'thanks', w: 'draws', yuan: 'each_yuan' }[kind] ?? kind
  const found = snap[of]
  if (kind === 'a') return found.find((a) => `${a.id}:${a.version}` === id)
  return id && Array.isArray(found) ? found.find((row) => row.id === id || row.fund === id) : found
}

export function split(key) {
  const bare = key.split('#')[0]
  const at = bare.indexOf(':')
  return at < 0 ? [bare, ''] : [bare.slice(0, at), bare.slice(at + 1)]
}

export function draw(box, snap, key, perPage, at) {
  const [kind, id] = split(key)
  box.dataset.room = ''
  KINDS[kind](box, snap, id, Number(key.split('#')[1]), perPage, at)
  box.dataset.key = key
}

export function source(snap, key) {
  const it = facts(snap, key)
  const [kind] = split(key)
  if (kind === 'd') return `${it.prepared_by}编 · ${it.checked_by}审 · 数据截至 ${day(it.published)}`
  if (kind === 'a') return [snap.community, snap.service_phone && `服务电话 ${snap.service_phone}`].filter(Boolean).join(' · ')
  return `${snap.community} · 数据截至 ${day(snap.as_of)}`
}

