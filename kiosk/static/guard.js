// Watchdogs: the shell kept for a start without server, a reload at night, after a new shell, when the heap grows or the
// show stands still. A reload that could not come back is not made.
const HEAP = 256 * 2 ** 20
let frames = 0, sampled = 0

// frames since the last report: one sampled every second shows that the panel is still being painted
setInterval(() => requestAnimationFrame(() => frames++), 1000)
export function painted() {
  const since = frames - sampled
  sampled = frames
  return since
}

export function guard(show) {
  const born = performance.now()
  let last = performance.now(), online = false, due = false, kept = false
  // the first worker of a page that came without one brings no new shell, however long it took
  let shell = navigator.serviceWorker?.controller
  register().then((ok) => { kept = ok })
  navigator.serviceWorker?.addEventListener('controllerchange', () => {
    if (shell && performance.now() - born > 10e3) due = true
    shell = navigator.serviceWorker.controller
  })

  async function register() {
    try {
      const worker = await navigator.serviceWorker.register('/k/sw.js', { scope: '/k/' })
      setInterval(() => worker.update().catch(() => {}), 3600e3)
      await navigator.serviceWorker.ready
      navigator.storage?.persist?.()
      return true
    } catch {
      return false // plain http with a host name: the page lives on, a restart needs the server or kiosk/agent.py
    }
  }

  function nightly() {
    const local = new Date(show.now() + 8 * 3600e3)
    return performance.now() - born > 6 * 3600e3 && local.getUTCHours() === 3
  }

  setInterval(() => {
    const heap = performance.memory?.usedJSHeapSize ?? 0
    const stuck = performance.now() - last > 20e3
    if ((due || stuck || heap > HEAP || nightly()) && (kept || online)) location.reload()
  }, 5000)

  return { ticked: () => { last = performance.now() }, talked: (ok) => { online = ok } }
}
