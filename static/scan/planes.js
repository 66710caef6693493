// Grey pictures, { data, w, h } with a byte a pixel, and what can be done to one that could not be read.
export const plane = (w, h, data) => ({ data: data || new Uint8Array(w * h), w, h })
const clip = v => v < 0 ? 0 : v > 255 ? 255 : v

export function grey({ data, width, height }) {
  const from = new Uint32Array(data.buffer, data.byteOffset, width * height)
  const found = plane(width, height), to = found.data
  for (let i = 0; i < to.length; i++) {
    const p = from[i]
    to[i] = (306 * (p & 255) + 601 * (p >> 8 & 255) + 117 * (p >> 16 & 255) + 512) >> 10
  }
  return found
}

export function halved({ data, w, h }) {
  const found = plane(w >> 1, h >> 1), to = found.data
  for (let y = 0, i = 0; y < found.h; y++) {
    for (let x = 0, at = 2 * y * w; x < found.w; x++, at += 2) to[i++] = (data[at] + data[at + 1] + data[at + w] + data[at + w + 1] + 2) >> 2
  }
  return found
}

// A box { x, y, w, h } of it, held inside the picture.
export function cut(from, box) {
  const found = plane(box.w, box.h)
  for (let y = 0; y < box.h; y++) {
    const at = (box.y + y) * from.w + box.x
    found.data.set(from.data.subarray(at, at + box.w), y * box.w)
  }
  return found
}

export function scaled({ data, w, h }, times) {
  const found = plane(Math.round(w * times), Math.round(h * times)), to = found.data
  const columns = new Int32Array(found.w), shares = new Float32Array(found.w)
  for (let x = 0; x < found.w; x++) {
    const at = Math.min(w - 1.001, Math.max(0, (x + 0.5) / times - 0.5))
    shares[x] = at - (columns[x] = at | 0)
  }
  for (let y = 0, i = 0; y < found.h; y++) {
    const at = Math.min(h - 1.001, Math.max(0, (y + 0.5) / times - 0.5)), row = (at | 0) * w, fy = at - (at | 0)
    for (let x = 0; x < found.w; x++) {
      const p = row + columns[x], fx = shares[x]
      const a = data[p] + fx * (data[p + 1] - data[p]), b = data[p + w] + fx * (data[p + w + 1] - data[p + w])
      to[i++] = a + fy * (b - a) + 0.5
    }
  }
  return found
}

// The mean of the square of 2r+1 around each pixel, by running sums; the edge is repeated.
export function boxed({ data, w, h }, r, made) {
  const rows = new Float32Array(w * h), to = made || new Float32Array(w * h), share = 1 / (2 * r + 1)
  for (let y = 0; y < h; y++) {
    const at = y * w
    let sum = data[at] * (r + 1)
    for (let x = 0; x < r; x++) sum += data[at + Math.min(x, w - 1)]
    for (let x = 0; x < w; x++) {
      sum += data[at + Math.min(x + r, w - 1)]
      rows[at + x] = sum * share
      sum -= data[at + Math.max(x - r, 0)]
    }
  }
  const sums = new Float32Array(w)
  for (let x = 0; x < w; x++) sums[x] = rows[x] * (r + 1)
  for (let y = 0; y < r; y++) for (let x = 0, at = Math.min(y, h - 1) * w; x < w; x++) sums[x] += rows[at + x]
  for (let y = 0; y < h; y++) {
    const into = Math.min(y + r, h - 1) * w, out = Math.max(y - r, 0) * w, at = y * w
    for (let x = 0; x < w; x++) {
      sums[x] += rows[into + x]
      to[at + x] = sums[x] * share
      sums[x] -= rows[out + x]
    }
  }
  return to
}

// Light made even and contrast full: what each pixel is against the mean and the spread around it.
export function evened(from, r) {
  const { data, w, h } = from, mean = boxed(from, r), apart = new Float32Array(w * h)
  for (let i = 0; i < apart.length; i++) apart[i] = Math.abs(data[i] - mean[i])
  const spread = boxed({ data: apart, w, h }, r), found = plane(w, h)
  let floor = 0
  for (let i = 0; i < spread.length; i += 7) floor += spread[i]
  floor = 0.35 * floor / (spread.length / 7) + 0.5
  for (let i = 0; i < apart.length; i++) found.data[i] = clip(128 + 64 * (data[i] - mean[i]) / Math.max(spread[i], floor))
  return found
}

export function sharpened(from, r, strength) {
  const soft = boxed(from, r), found = plane(from.w, from.h)
  for (let i = 0; i < soft.length; i++) found.data[i] = clip(from.data[i] + strength * (from.data[i] - soft[i]))
  return found
}

export function softened(from, r = 1) {
  const soft = boxed(from, r), found = plane(from.w, from.h)
  for (let i = 0; i < soft.length; i++) found.data[i] = soft[i] + 0.5
  return found
}

// Turned around its middle by an angle in radians; what comes from outside is grey.
export function turned({ data, w, h }, angle) {
  const found = plane(w, h), cos = Math.cos(angle), sin = Math.sin(angle), mx = w / 2, my = h / 2
  for (let y = 0, i = 0; y < h; y++) for (let x = 0; x < w; x++, i++) {
    const u = cos * (x - mx) - sin * (y - my) + mx, v = sin * (x - mx) + cos * (y - my) + my
    if (u < 0 || v < 0 || u >= w - 1 || v >= h - 1) { found.data[i] = 160; continue }
    const p = (v | 0) * w + (u | 0), fx = u - (u | 0)
    const a = data[p] + fx * (data[p + 1] - data[p]), b = data[p + w] + fx * (data[p + w + 1] - data[p + w])
    found.data[i] = a + (v - (v | 0)) * (b - a) + 0.5
  }
  return found
}

// The middle of nine: takes the copier's specks and leaves edges.
export function despecked({ data, w, h }) {
  const found = plane(w, h, data.slice())
  const nine = new Uint8Array(9)
  for (let y = 1; y < h - 1; y++) {
    for (let x = 1; x < w - 1; x++) {
      for (let k = 0, dy = -w; dy <= w; dy += w) for (let dx = -1; dx < 2; dx++) {
        const v = data[y * w + x + dy + dx]
        let j = k++
        for (; j && nine[j - 1] > v; j--) nine[j] = nine[j - 1]
        nine[j] = v
      }
      found.data[y * w + x] = nine[4]
    }
  }
  return found
}
