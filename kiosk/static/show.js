// The show: which slide is on, for how long, and what a new snapshot changes. Watches itself: a slide that throws is set
// aside for an hour, a slide that stays too long is followed by the next.
import { apply } from './fit.js'
import { items, live, moment, playlist, quiet } from './playlist.js'
import { clock, draw, facts, source, split } from './slides.js'

const HOUR = 3600e3
const ORBIT = Array.from({ length: 16 }, (_, i) => [Math.cos(i * Math.PI / 8) * 12, Math.sin(i * Math.PI / 8) * 12])

export class Show {
  constructor(stage, now) {
    Object.assign(this, { stage, now, snap: null, list: [], all: [], at: -1, key: '', until: 0, since: 0, turn: 0, errors: [], aside: new Map() })
    this.box = stage.querySelector('#slide')
    this.base = (name) => stage.querySelector(`[data-base=${name}]`)
    addEventListener('resize', () => this.snap && this.take(this.snap))
  }

  // a snapshot, new or kept: what changed is shown at once, the rest goes on where it was
  take(snap) {
    const before = this.snap
    this.snap = snap
    document.documentElement.dataset.rev = snap.rev
    this.perPage = apply(snap.screen)
    this.all = items(snap, this.perPage)
    const fresh = before && before !== snap ? this.changed(before) : null
    const still = this.key && this.plan().some((slide) => slide.key === this.key)
    if (fresh) this.put(fresh)
    else if (!still) this.next()
    else this.put(this.list.find((slide) => slide.key === this.key), true)
  }

  changed(before) {
    const now = this.plan()
    return now.find((slide) => JSON.stringify(facts(before, slide.key) ?? null) !== JSON.stringify(facts(this.snap, slide.key) ?? null)
      && !slide.key.startsWith('clock'))
  }

  plan() {
    const at = moment(this.now(), this.snap.as_of)
    const good = this.all.filter((item) => live(item, at) && !(this.aside.get(item.key) > performance.now()))
    this.list = playlist(good, at)
    return this.list
  }

  // keys repeat within a cycle: follow the place, and look for the key near it when the cycle has changed
  next() {
    const old = this.list[this.at]?.key
    const list = this.plan()
    let at = this.at
    if (old !== undefined && list[at]?.key !== old) {
      const found = list.findIndex((slide) => slide.key === old)
      at = found >= 0 ? found : Math.min(at, list.length) - 1
    }
    at = (at + 1) % list.length
    if (list.length > 1 && list[at].key === this.key) at = (at + 1) % list.length
    this.at = at
    this.put(list[at])
  }

  put(slide, same = false) {
    const at = { ...moment(this.now(), this.snap.as_of), now: this.now() }
    try {
      draw(this.box, this.snap, slide.key, this.perPage, at)
    } catch (error) {
      this.fault(`${slide.key}: ${error.message}`)
      this.aside.set(slide.key.split('#')[0], performance.now() + HOUR)
      return this.list.length > 1 && this.list.some((s) => s.key !== slide.key) ? this.next() : clock(this.box, this.snap, '', 0, 0, at)
    }
    this.dress(slide, at)
    if (same) return undefined
    this.key = slide.key
    this.since = Date.now()
    this.until = performance.now() + slide.seconds * 1000
    this.turn++
    const [x, y] = ORBIT[this.turn % ORBIT.length]
    this.stage.style.transform = `translate(${x.toFixed(1)}px,${y.toFixed(1)}px)`
    this.box.getAnimations().forEach((a) => { a.currentTime = 0; a.play() })
    return undefined
  }

  dress(slide, at) {
    this.base('source').textContent = slide.key.startsWith('clock') ? '' : source(this.snap, slide.key)
    const item = this.all.find((one) => one.key === slide.key.split('#')[0])
    this.base('page').textContent = item?.chars.length > 1 ? `${Number(slide.key.split('#')[1]) + 1} / ${item.chars.length}` : ''
    document.body.classList.toggle('quiet', quiet(at))
    document.documentElement.classList.toggle('alone', slide.level === 0)
  }

  // every second: the clock, the deadline, what has ended by itself
  tick() {
    if (!this.snap) return
    const at = moment(this.now(), this.snap.as_of)
    this.base('clock').textContent = at.trusted ? new Date(this.now() + 8 * HOUR).toISOString().slice(11, 16) : ''
    document.body.classList.toggle('quiet', quiet(at))
    const item = this.all.find((one) => one.key === this.key.split('#')[0])
    if (performance.now() >= this.until || (item && !live(item, at))) this.next()
  }

  // content whose display must be proved: announcements and disclosures
  proved() {
    const [kind] = split(this.key)
    return (kind === 'a' || kind === 'd') && document.visibilityState === 'visible' ? this.key.split('#')[0] : ''
  }

  fault(text) {
    this.errors = [...this.errors.slice(-9), String(text).slice(0, 190)]
  }
}
