// Figures and periods as people read them.
export const yuan = (fen) => {
  const whole = Math.floor(Math.abs(fen) / 100).toLocaleString('en-US')
  return `${fen < 0 ? '−' : ''}￥${whole}`
}

export function coins(fen) {
  if (fen >= 100) return '1 元'
  const jiao = Math.floor(fen / 10), rest = fen % 10
  return [jiao ? `${jiao} 角` : '', rest || !jiao ? `${rest} 分` : ''].filter(Boolean).join(' ')
}

export function period(text) {
  const quarter = /^(\d{4})Q([1-4])$/.exec(text)
  if (quarter) return `${quarter[1]} 年第${'一二三四'[quarter[2] - 1]}季度`
  const month = /^(\d{4})-(\d{2})$/.exec(text)
  return month ? `${month[1]} 年 ${Number(month[2])} 月` : /^\d{4}$/.test(text) ? `${text} 年` : text
}

export const day = (text) => `${Number(text.slice(5, 7))} 月 ${Number(text.slice(8, 10))} 日`
export const percent = (permille) => `${Math.floor(permille / 10)}.${permille % 10}`

// the largest heads and the rest as 其他, as kiosk/board.py does
export function top(heads, count) {
  if (heads.length <= count) return heads
  const main = heads.filter((h) => h.head !== '其他').slice(0, count - 1)
  const fen = heads.filter((h) => !main.includes(h)).reduce((sum, h) => sum + h.fen, 0)
  return [...main, { head: '其他', fen }]
}
