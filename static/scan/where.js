// Where in a picture a square may be: patches in which as much changes across as down, more than around them.
const BLOCK = 8                                  // of the half-size picture: 16 pixels of the frame
const SIZES = [5, 7, 9, 12, 16, 21, 28, 38]      // of a square, in blocks
const MORE = 1.45                                // what is cut out is larger than what was found

// The best places first, at most `most`: { x, y, w, h } in pixels of the frame, and the score.
export function candidates({ data, w, h }, most, frame) {
  const wide = w / BLOCK | 0, high = h / BLOCK | 0, busy = new Float32Array(wide * high)
  for (let by = 0, k = 0; by < high; by++) for (let bx = 0; bx < wide; bx++, k++) {
    let across = 0, down = 0
    for (let y = 0; y < BLOCK; y++) {
      const row = Math.min(by * BLOCK + y, h - 3) * w
      for (let x = 0; x < BLOCK; x++) {
        const i = row + Math.min(bx * BLOCK + x, w - 3), v = data[i]
        across += Math.abs(v - data[i + 2])
        down += Math.abs(v - data[i + 2 * w])
      }
    }
    busy[k] = Math.min(across, down)
  }
  const noise = Float32Array.from(busy).sort()[busy.length * 0.3 | 0]
  // sums over rectangles, of what is busy and of its square
  const line = wide + 1, sums = new Float64Array(line * (high + 1)), squares = new Float64Array(line * (high + 1))
  for (let y = 0, k = 0; y < high; y++) for (let x = 0, s = 0, q = 0; x < wide; x++, k++) {
    const v = Math.sqrt(Math.max(0, busy[k] - noise))
    s += v; q += v * v
    const at = (y + 1) * line + x + 1
    sums[at] = sums[at - line] + s
    squares[at] = squares[at - line] + q
  }
  const over = (of, x, y, right, bottom) => of[bottom * line + right] - of[y * line + right] - of[bottom * line + x] + of[y * line + x]
  const found = []
  for (const size of SIZES) {
    if (size > high) break
    const step = size > 12 ? 2 : 1, area = size * size, inner = Math.max(2, size >> 3)
    for (let y = 0; y + size <= high; y += step) for (let x = 0; x + size <= wide; x += step) {
      const sum = over(sums, x, y, x + size, y + size), mean = sum / area
      if (mean < 2) continue
      const uneven = Math.sqrt(Math.max(0, over(squares, x, y, x + size, y + size) / area - mean * mean))
      const left = Math.max(0, x - inner), top = Math.max(0, y - inner), right = Math.min(wide, x + size + inner), bottom = Math.min(high, y + size + inner)
      const ring = (over(sums, left, top, right, bottom) - sum) / Math.max(1, (right - left) * (bottom - top) - area)
      const aside = Math.hypot((x + size / 2) / wide - 0.5, (y + size / 2) / high - 0.5)
      const score = (mean - 0.6 * uneven - 0.8 * ring) * size ** 0.6 * (1 - 0.35 * aside)
      if (score > 0) found.push({ x, y, size, score })
    }
  }
  found.sort((a, b) => b.score - a.score)
  const taken = []
  for (const each of found) {
    const near = other => Math.abs(each.x + each.size / 2 - other.x - other.size / 2) < (each.size + other.size) * 0.3 &&
      Math.abs(each.y + each.size / 2 - other.y - other.size / 2) < (each.size + other.size) * 0.3
    if (taken.some(near)) continue
    taken.push(each)
    if (taken.length === most) break
  }
  const boxes = taken.map(({ x, y, size, score }) => ({ ...box((x + size / 2) * 16, (y + size / 2) * 16, Math.max(96, size * 16 * MORE), frame), score }))
  return boxes.length > 1 && boxes[1].score > 0.7 * boxes[0].score && touching(boxes[0], boxes[1]) ? [around(boxes[0], boxes[1]), ...boxes.slice(0, most - 1)] : boxes
}

// In eights, so that its smaller pictures lie where those of the frame do.
export function box(x, y, side, { w, h }) {
  const left = Math.max(0, Math.round((x - side / 2) / 8) * 8), top = Math.max(0, Math.round((y - side / 2) / 8) * 8)
  const right = Math.min(w & ~7, Math.round((x + side / 2) / 8) * 8), bottom = Math.min(h & ~7, Math.round((y + side / 2) / 8) * 8)
  return { x: left, y: top, w: right - left, h: bottom - top }
}

// A square seen from aside is longer than wide, and found as two.
const touching = (a, b) => Math.abs(2 * a.x + a.w - 2 * b.x - b.w) < (a.w + b.w) * 0.7 && Math.abs(2 * a.y + a.h - 2 * b.y - b.h) < (a.h + b.h) * 0.7
function around(a, b) {
  const x = Math.min(a.x, b.x), y = Math.min(a.y, b.y)
  return { x, y, w: Math.max(a.x + a.w, b.x + b.w) - x, h: Math.max(a.y + a.h, b.y + b.h) - y, score: a.score }
}
