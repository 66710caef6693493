// Several frames of a shaky hand made into one picture: each laid over the first (moved, turned, scaled, leaned: an affine
// map found by least squares), then averaged with more say for the sharp, less for what the lamp has whitened.
import { cut, halved, plane } from "./planes.js"

const REACH = 7       // pixels of an eighth-size picture to look around
const ENOUGH = 0.35   // correlation, at a quarter of the size, below which a frame is another scene
const AGAIN = 6       // frames after which what they show together is what others are laid over

export class Joint {
  // box: where in the first frame; times: how much finer the joint picture is drawn
  constructor(frame, quarter, box, times) {
    this.box = box
    this.times = times
    this.start = frame
    this.models = null // reckoned when a second frame comes
    this.map = [1, 0, box.x, 0, 1, box.y] // from a place in the box to its place in the frame
    const size = Math.round(box.w * times) * Math.round(box.h * times)
    this.sum = new Float32Array(size)
    this.say = new Float32Array(size)
    this.count = this.misses = this.best = 0
  }

  over(first) {
    const half = halved(first)
    this.quarter = halved(half)
    this.coarse = halved(this.quarter)
    this.models = [model(half, 1), model(first, first.data.length > 30000 ? 2 : 1)]
  }

  // True when the frame could be laid over the others.
  take(frame, half, quarter, eighth) {
    if (!this.models) {
      this.over(cut(this.start, this.box))
      this.add(this.start, this.map)
      this.start = null
    } else if (this.count === AGAIN) {
      this.over(this.times > 1 ? halved(this.picture()) : this.picture())
    }
    const found = this.found(half, quarter, eighth, frame)
    if (!found) { this.misses++; return false }
    this.misses = 0
    this.map = found
    this.add(frame, found)
    return true
  }

  found(half, quarter, eighth, frame) {
    // where it went, roughly: the turn and size of before, moved
    const [a, b, , c, d] = this.map, { coarse, box } = this
    const x0 = this.map[2] / 8, y0 = this.map[5] / 8
    let best = -1, bx = 0, by = 0
    for (let dy = -REACH; dy <= REACH; dy++) for (let dx = -REACH; dx <= REACH; dx++) {
      const score = likeness(coarse, eighth, [a, b, x0 + dx, c, d, y0 + dy])
      if (score > best) { best = score; bx = dx; by = dy }
    }
    if (best < 0.25) return null
    let map = [a, b, this.map[2] / 2 + bx * 4, c, d, this.map[5] / 2 + by * 4]
    map = fitted(this.models[0], half, map, 10)
    if (!map) return null
    map = [map[0], map[1], map[2] * 2, map[3], map[4], map[5] * 2]
    map = fitted(this.models[1], frame, map, 4)
    if (!map || likeness(this.quarter, quarter, [map[0], map[1], map[2] / 4, map[3], map[4], map[5] / 4]) < ENOUGH) return null
    const inside = map[2] > -box.w && map[5] > -box.h && map[2] < frame.w && map[5] < frame.h
    return inside && Math.abs(map[0] * map[4] - map[1] * map[3] - 1) < 0.5 ? map : null
  }

  add({ data, w, h }, [a, b, x0, c, d, y0]) {
    const wide = Math.round(this.box.w * this.times), high = Math.round(this.box.h * this.times), step = 1 / this.times
    const edge = edges(data, w, h, x0, y0, this.box)
    this.best = Math.max(this.best, edge)
    const sharp = (edge / this.best) ** 3
    const { sum, say } = this
    for (let v = 0, i = 0; v < high; v++) {
      const q = (v + 0.5) * step - 0.5
      for (let u = 0; u < wide; u++, i++) {
        const p = (u + 0.5) * step - 0.5
        const x = a * p + b * q + x0, y = c * p + d * q + y0
        if (x < 1 || y < 1 || x >= w - 2 || y >= h - 2) continue
        const xi = x | 0, yi = y | 0, fx = x - xi, fy = y - yi, at = yi * w + xi
        // four by four (Catmull-Rom): two by two would soften what is to be sharpened
        const x1 = fx * (fx * (1 - 0.5 * fx) - 0.5), x4 = fx * fx * (0.5 * fx - 0.5), x2 = 1 + fx * fx * (1.5 * fx - 2.5), x3 = 1 - x1 - x2 - x4
        const y1 = fy * (fy * (1 - 0.5 * fy) - 0.5), y4 = fy * fy * (0.5 * fy - 0.5), y2 = 1 + fy * fy * (1.5 * fy - 2.5), y3 = 1 - y1 - y2 - y4
        const r1 = at - w - 1, r2 = at - 1, r3 = at + w - 1, r4 = at + 2 * w - 1
        const seen =
          y1 * (x1 * data[r1] + x2 * data[r1 + 1] + x3 * data[r1 + 2] + x4 * data[r1 + 3]) +
          y2 * (x1 * data[r2] + x2 * data[r2 + 1] + x3 * data[r2 + 2] + x4 * data[r2 + 3]) +
          y3 * (x1 * data[r3] + x2 * data[r3 + 1] + x3 * data[r3 + 2] + x4 * data[r3 + 3]) +
          y4 * (x1 * data[r4] + x2 * data[r4 + 1] + x3 * data[r4 + 2] + x4 * data[r4 + 3])
        // with much less, white paper itself would count for nothing beside the specks and edges laid over it
        const weight = data[at] > 247 ? sharp * 0.1 : sharp
        sum[i] += seen * weight
        say[i] += weight
      }
    }
    this.count++
  }

  picture() {
    const found = plane(Math.round(this.box.w * this.times), Math.round(this.box.h * this.times))
    for (let i = 0; i < found.data.length; i++) {
      const v = this.say[i] ? this.sum[i] / this.say[i] : 128
      found.data[i] = v < 0 ? 0 : v > 255 ? 255 : v + 0.5
    }
    return found
  }
}

// How much changes from pixel to pixel in it, of what changes over three: blur takes the first and leaves the second.
function edges(data, w, h, x0, y0, box) {
  let near = 1, far = 1
  const left = Math.max(2, x0 | 0), top = Math.max(2, y0 | 0), right = Math.min(w - 5, left + box.w), bottom = Math.min(h - 5, top + box.h)
  for (let y = top; y < bottom; y += 2) for (let x = left, i = y * w + left; x < right; x += 2, i += 2) {
    const a = data[i]
    near += Math.abs(a - data[i + 1]) + Math.abs(a - data[i + w])
    far += Math.abs(a - data[i + 4]) + Math.abs(a - data[i + 4 * w])
  }
  return near / far
}

// Correlation of a picture with what the map shows of the other; -1 where too little of it is there.
function likeness(of, { data, w, h }, [a, b, x0, c, d, y0]) {
  let n = 0, s = 0, ss = 0, t = 0, tt = 0, st = 0
  for (let y = 0; y < of.h; y++) for (let x = 0, i = y * of.w; x < of.w; x++, i++) {
    const u = Math.round(a * x + b * y + x0), v = Math.round(c * x + d * y + y0)
    if (u < 0 || v < 0 || u >= w || v >= h) continue
    const p = of.data[i], q = data[v * w + u]
    n++; s += p; ss += p * p; t += q; tt += q * q; st += p * q
  }
  if (n < of.data.length / 2) return -1
  return (st - s * t / n) / (Math.sqrt((ss - s * s / n) * (tt - t * t / n)) + 1e-3)
}

// What least squares needs of the first picture, reckoned once: slopes and the inverse of their products.
function model(of, step) {
  const { data, w, h } = of, places = [], middle = { x: w / 2, y: h / 2 }
  let mean = 0, spread = 0
  for (let y = 1; y < h - 1; y += step) for (let x = 1; x < w - 1; x += step) { places.push(y * w + x); mean += data[y * w + x] }
  const n = places.length
  mean /= n
  for (const i of places) spread += (data[i] - mean) ** 2
  spread = Math.sqrt(spread / n) + 1e-3
  const slopes = new Float32Array(n * 6), values = new Float32Array(n), products = Array.from({ length: 6 }, () => new Float64Array(6))
  places.forEach((i, k) => {
    const x = i % w - middle.x, y = (i / w | 0) - middle.y, s = slopes.subarray(6 * k, 6 * k + 6)
    const gx = (data[i + 1] - data[i - 1]) / 2 / spread, gy = (data[i + w] - data[i - w]) / 2 / spread
    s[0] = gx * x; s[1] = gx * y; s[2] = gx; s[3] = gy * x; s[4] = gy * y; s[5] = gy
    values[k] = (data[i] - mean) / spread
    for (let r = 0; r < 6; r++) for (let q = 0; q <= r; q++) products[r][q] += s[r] * s[q]
  })
  for (let r = 0; r < 6; r++) for (let q = r + 1; q < 6; q++) products[r][q] = products[q][r]
  return { w, places: Int32Array.from(places), slopes, values, inverse: inverse(products), middle }
}

function inverse(m) {
  const size = m.length, rows = m.map((row, i) => [...row, ...row.map((_, j) => +(i === j))])
  for (let i = 0; i < size; i++) {
    let top = i
    for (let r = i + 1; r < size; r++) if (Math.abs(rows[r][i]) > Math.abs(rows[top][i])) top = r
    ;[rows[i], rows[top]] = [rows[top], rows[i]]
    const pivot = rows[i][i] || 1e-9
    for (let q = 0; q < 2 * size; q++) rows[i][q] /= pivot
    for (let r = 0; r < size; r++) if (r !== i) {
      const share = rows[r][i]
      if (share) for (let q = 0; q < 2 * size; q++) rows[r][q] -= share * rows[i][q]
    }
  }
  return rows.map(row => row.slice(size))
}

// Lucas and Kanade's way, turned around (Baker and Matthews): the slopes are the first picture's, so they never change.
function fitted({ w: wide, places, slopes, values, inverse, middle }, { data, w, h }, map, rounds) {
  const n = places.length, seen = new Float32Array(n)
  let [a, b, x0, c, d, y0] = map
  // around the middle of the box, where turning moves least
  x0 += a * middle.x + b * middle.y
  y0 += c * middle.x + d * middle.y
  for (let round = 0; round < rounds; round++) {
    let mean = 0, spread = 0, counted = 0
    for (let k = 0; k < n; k++) {
      const p = places[k] % wide - middle.x, q = (places[k] / wide | 0) - middle.y
      const x = a * p + b * q + x0, y = c * p + d * q + y0
      if (x < 0 || y < 0 || x >= w - 1 || y >= h - 1) { seen[k] = NaN; continue }
      const xi = x | 0, yi = y | 0, at = yi * w + xi, fx = x - xi
      const upper = data[at] + fx * (data[at + 1] - data[at]), lower = data[at + w] + fx * (data[at + w + 1] - data[at + w])
      const v = seen[k] = upper + (y - yi) * (lower - upper)
      mean += v; spread += v * v; counted++
    }
    if (counted < n / 2) return null
    mean /= counted
    spread = Math.sqrt(Math.max(0, spread / counted - mean * mean)) + 1e-3
    const pull = new Float64Array(6)
    for (let k = 0, s = 0; k < n; k++, s += 6) {
      let off = (seen[k] - mean) / spread - values[k]
      if (off !== off) continue
      off = off > 1 ? 1 : off < -1 ? -1 : off // the lamp's spot has no more say than others
      for (let j = 0; j < 6; j++) pull[j] += slopes[s + j] * off
    }
    const t = inverse.map(row => row.reduce((sum, each, j) => sum + each * pull[j], 0))
    // the map after the opposite of the step
    const det = (1 + t[0]) * (1 + t[4]) - t[1] * t[3]
    if (!(Math.abs(det) > 0.3)) return null
    const ia = (1 + t[4]) / det, ib = -t[1] / det, ic = -t[3] / det, id = (1 + t[0]) / det
    const ix = -(ia * t[2] + ib * t[5]), iy = -(ic * t[2] + id * t[5])
    x0 += a * ix + b * iy
    y0 += c * ix + d * iy
    ;[a, b, c, d] = [a * ia + b * ic, a * ib + b * id, c * ia + d * ic, c * ib + d * id]
    if (Math.hypot(t[2], t[5]) < 0.02 && Math.abs(t[0]) + Math.abs(t[4]) < 2e-4) break
  }
  return [a, b, x0 - a * middle.x - b * middle.y, c, d, y0 - c * middle.x - d * middle.y]
}
