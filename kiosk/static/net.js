// Talking to the server: report, fetch, pair. Polling is the contract; whatever fails, the screen goes on.
const V1 = '/k/v1'

async function ask(path, more = {}) {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), 8000)
  try {
    return await fetch(V1 + path, { cache: 'no-store', signal: stop.signal, ...more })
  } finally {
    clearTimeout(timer)
  }
}

const post = (path, body, headers = {}) =>
  ask(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })

// the token comes once, in the fragment, and is traded for a cookie that no script can read
export async function enter() {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (!token) return
  const answer = await post('/session', {}, { authorization: `Bearer ${token}` })
  if (answer.ok || answer.status === 401) history.replaceState(null, '', location.pathname)
}

// {status, ...answer}; status 0 without network
export async function beat(report) {
  try {
    const answer = await post('/beat', report)
    return answer.ok ? { status: 200, ...(await answer.json()) } : { status: answer.status }
  } catch {
    return { status: 0 }
  }
}

export async function snapshot() {
  try {
    const answer = await ask('/snapshot')
    return answer.ok ? { status: 200, text: await answer.text() } : { status: answer.status }
  } catch {
    return { status: 0 }
  }
}

export async function pair(poll) {
  try {
    const answer = await post('/pair', poll ? { poll } : {})
    return answer.ok ? await answer.json() : { state: answer.status === 410 ? 'over' : 'wait' }
  } catch {
    return { state: 'wait' }
  }
}
