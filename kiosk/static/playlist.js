// The playlist: a pure function of items and the moment. The same as kiosk/rules.py, held to it by tests, because the
// screen must go on without the server.
import { length, pages } from './wording.js'

const SHORTEST = 10, LONGEST = 60, FIGURES = 45, MOST_PAGES = 10, CLOCK_DAYS = 400, HOUR = 3600e3, DAY = 24 * HOUR
const OPENING = 3 // figures that lead a cycle beside an urgent pin: who waits for the lift would else never see them
export const PER_LIST = 6

export function moment(now, asOf) {
  const noon = Date.parse(`${asOf}T12:00:00+08:00`)
  const trusted = noon - 36 * HOUR <= now && now <= noon + CLOCK_DAYS * DAY
  const at = trusted ? now : noon
  const local = new Date(at + 8 * HOUR)
  return {
    instant: new Date(at).toISOString().slice(0, 19) + 'Z', day: local.toISOString().slice(0, 10),
    minute: local.getUTCHours() * 60 + local.getUTCMinutes(), weekday: local.getUTCDay() || 7, trusted,
  }
}

export const quiet = (at) => at.trusted && (at.minute >= 22 * 60 || at.minute < 6 * 60)
export const dwell = (chars) => Math.min(LONGEST, Math.max(SHORTEST, 4 + Math.ceil(chars / 3)))

export function items(snap, perPage = 100) {
  const one = (key, level, more = {}) => ({ key, level, chars: [FIGURES], ...more })
  const found = snap.announcements.map((row) => announcement(row, perPage))
  for (const row of snap.disclosures ?? []) found.push(one(`d:${row.id}`, 2, { from: row.published, to: row.until }))
  if (snap.progress.billed_fen > 0) found.push(one('progress', 3))
  if (snap.each_yuan) found.push(one('yuan', 3))
  for (const row of snap.statements ?? []) found.push(one(`f:${row.fund}`, 3))
  const lists = Math.ceil((snap.buildings ?? []).length / PER_LIST)
  if (lists) found.push(one('buildings', 4, { chars: Array(lists).fill(FIGURES) }))
  for (const row of snap.thanks ?? []) found.push(one(`t:${row.id}`, 4, { to: row.to, notAfter: row.not_after }))
  for (const row of snap.draws ?? []) found.push(one(`w:${row.id}`, 4, { from: row.from, to: row.to, notAfter: row.not_after }))
  return found.sort((a, b) => a.level - b.level)
}

function announcement(row, perPage) {
  const title = length(row.title)
  return {
    key: `a:${row.id}:${row.version}`, level: level(row), from: row.from, to: row.to, weekdays: row.weekdays,
    hours: row.hours, until: row.until, chars: pages(row.text, perPage).slice(0, MOST_PAGES).map((t) => title + length(t)),
  }
}

function level(row) {
  if (row.kind === '紧急' && row.until) return 0
  if (row.pinned || row.kind === '紧急') return 1
  return row.kind === '公示' ? 2 : 3
}

export function live(item, at) {
  if ((item.from && at.day < item.from) || (item.to && at.day > item.to)) return false
  if (item.until && at.trusted && at.instant >= item.until) return false
  if (item.notAfter && (!at.trusted || at.instant >= item.notAfter)) return false
  if (item.weekdays && at.trusted && !item.weekdays.includes(String(at.weekday))) return false
  return !item.hours || !at.trusted || within(item.hours, at.minute)
}

function within(hours, minute) {
  const [first, last] = hours.split('-').map((part) => Number(part.slice(0, 2)) * 60 + Number(part.slice(3)))
  return first <= last ? first <= minute && minute < last : minute >= first || minute < last
}

export function playlist(everything, at) {
  const levels = [[], [], [], [], []]
  for (const item of everything) if (live(item, at)) levels[item.level].push(item)
  if (levels[0].length) return slides(levels[0])
  const figures = levels[3].filter((item) => !item.key.startsWith('a:'))
  const notices = levels[3].filter((item) => item.key.startsWith('a:'))
  const first = levels[1].length ? figures.splice(0, OPENING) : []
  const others = slides([...inTurn(figures, notices), ...levels[4]])
  const cycle = whole(slides(levels[1]), slides(levels[2]), slides(first), others)
  return cycle.length ? cycle : [{ key: 'clock#0', seconds: SHORTEST, level: 4 }]
}

const slides = (some) => some.flatMap((item) => item.chars.map((chars, page) => (
  { key: `${item.key}#${page}`, seconds: dwell(chars), level: item.level })))

// one of these, one of those; what is left over at the end
function inTurn(ones, others) {
  const both = Math.min(ones.length, others.length)
  return [...ones.slice(0, both).flatMap((one, i) => [one, others[i]]), ...ones.slice(both), ...others.slice(both)]
}

function whole(urgent, shown, first, others) {
  if (!shown.length) return alternate(urgent, [...first, ...others])
  const most = Math.max(shown.length, first.length + others.length)
  let cycle = []
  for (let turns = shown.length; turns <= most; turns++) {
    const turn = Array.from({ length: turns }, (_, i) => shown[i % shown.length])
    cycle = alternate(urgent, [...first, ...spread(turn, others)])
    if (quarter(cycle)) return cycle
  }
  for (let seconds = SHORTEST; seconds <= LONGEST; seconds++) {
    const longer = cycle.map((s) => (s.level === 2 ? { ...s, seconds: Math.max(s.seconds, seconds) } : s))
    if (quarter(longer)) return longer
  }
  return cycle.map((s) => (s.level === 2 ? { ...s, seconds: LONGEST } : s))
}

const sum = (slides) => slides.reduce((total, slide) => total + slide.seconds, 0)
const quarter = (cycle) => 4 * sum(cycle.filter((s) => s.level === 2)) >= sum(cycle)

function spread(shown, others) {
  const size = shown.length + others.length
  const places = new Map(shown.map((slide, i) => [Math.floor((i * size) / shown.length), slide]))
  let next = 0
  return Array.from({ length: size }, (_, i) => places.get(i) ?? others[next++])
}

function alternate(urgent, rest) {
  if (!urgent.length || !rest.length) return urgent.length ? urgent : rest
  const size = Math.max(urgent.length, rest.length)
  return Array.from({ length: size }, (_, i) => [urgent[i % urgent.length], rest[i % rest.length]]).flat()
}
