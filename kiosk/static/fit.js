// Sizes: the body's height from the panel and the distance people stand at (kiosk/legible.py), never shrunk to fit;
// what does not fit goes to another page or into 其他.
const BODY_MM = 35, METRES = 3, SMALLEST = 0.048, LARGEST = 0.085

export function bodyPx(screen, width, height) {
  const short = Math.min(width, height)
  const perMm = Math.hypot(width, height) / ((screen?.inches ?? 55) * 25.4)
  const need = (BODY_MM * (screen?.distance_cm ?? 300)) / 100 / METRES * perMm
  return Math.min(LARGEST * short, Math.max(SMALLEST * short, need))
}

export function apply(screen) {
  const b = bodyPx(screen, innerWidth, innerHeight)
  document.documentElement.style.setProperty('--b', `${b}px`)
  // title of two or three lines, kind, footer and margins take about eight bodies; a line of text 1.62
  const columns = Math.floor((innerWidth - 2.4 * b) / b)
  const lines = Math.floor((innerHeight - (innerWidth > innerHeight ? 8.6 : 11.5) * b) / (1.62 * b))
  return Math.max(30, Math.min(100, Math.floor(columns * lines * 0.86)))
}

export const over = (box) => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1
  || [...box.querySelectorAll('.body,.row em,.pair em,.row span,h1,.text')].some((el) => el.scrollWidth > el.clientWidth + 1)

// Draw with as many rows as fit: `draw(rows)` fills the box, first with wide gaps, then narrow ones, then fewer rows.
export function most(box, draw, rows) {
  for (box.dataset.room = 'wide'; rows > 2; box.dataset.room === 'wide' ? box.dataset.room = '' : rows--) {
    draw(rows)
    if (!over(box)) return
  }
  draw(2)
}
