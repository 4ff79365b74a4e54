// Text on a screen in pages of about a hundred characters: the same as kiosk/wording.py, held to it by tests.
const STRONG = '。！？；!?;\n', WEAK = '，、：,: '
const NEVER_FIRST = '。，、；：！？）》”’」』】%,.;:!?)'

export const clean = (text) => text
  .replace(/\r\n?/g, '\n').replace(/[ \t\u3000]+/g, ' ').replace(/ ?\n[ \n]*/g, '\n').trim()

export function pages(text, size = 100) {
  let rest = Array.from(clean(text))
  const out = []
  while (rest.length > size) {
    const at = cut(rest, size)
    out.push(rest.slice(0, at).join('').trim())
    rest = rest.slice(at)
  }
  const last = rest.join('').trim()
  return last || !out.length ? [...out, last] : out
}

function cut(chars, size) {
  const half = Math.floor(size / 2)
  for (const marks of [STRONG, WEAK])
    for (let at = size; at > half; at--)
      if (marks.includes(chars[at - 1]) && !NEVER_FIRST.includes(chars[at])) return at
  let at = size
  while (at > half && NEVER_FIRST.includes(chars[at])) at--
  return at
}

export const length = (text) => Array.from(text).length
