// Blur taken back: the picture divided by what blurred it, in frequencies, as far as the noise allows (Wiener).
import { plane } from "./planes.js"

const SIDE = 256
const turns = (() => {
  const cos = new Float32Array(SIDE / 2), sin = new Float32Array(SIDE / 2), swap = new Uint16Array(SIDE)
  for (let i = 0; i < SIDE / 2; i++) { cos[i] = Math.cos(2 * Math.PI * i / SIDE); sin[i] = Math.sin(2 * Math.PI * i / SIDE) }
  for (let i = 0; i < SIDE; i++) for (let b = 0; b < 8; b++) if (i >> b & 1) swap[i] |= 128 >> b
  return { cos, sin, swap }
})()

// One line of 256, in place; `sign` 1 forward, -1 back (not divided).
function line(re, im, sign) {
  const { cos, sin, swap } = turns
  for (let i = 0; i < SIDE; i++) {
    const j = swap[i]
    if (j > i) { let t = re[i]; re[i] = re[j]; re[j] = t; t = im[i]; im[i] = im[j]; im[j] = t }
  }
  for (let half = 1; half < SIDE; half <<= 1) {
    const step = SIDE / (2 * half)
    for (let k = 0; k < half; k++) {
      const c = cos[k * step], s = -sign * sin[k * step]
      for (let i = k; i < SIDE; i += 2 * half) {
        const j = i + half, x = re[j] * c - im[j] * s, y = re[j] * s + im[j] * c
        re[j] = re[i] - x; im[j] = im[i] - y
        re[i] += x; im[i] += y
      }
    }
  }
}

function both(re, im, sign) {
  const a = new Float32Array(SIDE), b = new Float32Array(SIDE)
  for (let y = 0; y < SIDE; y++) line(re.subarray(y * SIDE, (y + 1) * SIDE), im.subarray(y * SIDE, (y + 1) * SIDE), sign)
  for (let x = 0; x < SIDE; x++) {
    for (let y = 0, i = x; y < SIDE; y++, i += SIDE) { a[y] = re[i]; b[y] = im[i] }
    line(a, b, sign)
    for (let y = 0, i = x; y < SIDE; y++, i += SIDE) { re[i] = a[y]; im[i] = b[y] }
  }
}

const sinc = x => Math.abs(x) < 1e-4 ? 1 : Math.sin(x) / x
// 2 J1(x) / x, what a disc does to a frequency: series near nothing, the usual approximation further out.
function disc(x) {
  if (x < 3) { const q = x * x / 4; return 1 - q / 2 * (1 - q / 6 * (1 - q / 12 * (1 - q / 20 * (1 - q / 30)))) }
  return 2 / x * Math.sqrt(2 / (Math.PI * x)) * (Math.cos(x - 0.75 * Math.PI) - 0.375 / x * Math.sin(x - 0.75 * Math.PI))
}

// The spectrum of a picture of at most 256 x 256, its mean taken out and its edge faded; taken once for many tries.
export function spectrum({ data, w, h }) {
  const re = new Float32Array(SIDE * SIDE), im = new Float32Array(SIDE * SIDE)
  let mean = 0
  for (let i = 0; i < data.length; i++) mean += data[i]
  mean /= data.length
  const fade = (at, size) => Math.min(1, (Math.min(at, size - 1 - at) + 1) / 8)
  for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) re[y * SIDE + x] = (data[y * w + x] - mean) * fade(x, w) * fade(y, h)
  both(re, im, 1)
  return { re, im, mean, w, h }
}

// `blur`: { disc: radius } or { length, angle } in pixels; `noise`: power of noise against picture.
export function undone({ re, im, mean, w, h }, blur, noise) {
  const r = new Float32Array(SIDE * SIDE), i = new Float32Array(SIDE * SIDE)
  const dx = blur.length && Math.cos(blur.angle) * blur.length, dy = blur.length && Math.sin(blur.angle) * blur.length
  const soft = blur.disc ? 0.5 : 0.35
  for (let y = 0, at = 0; y < SIDE; y++) {
    const fy = (y < SIDE / 2 ? y : y - SIDE) / SIDE
    for (let x = 0; x < SIDE; x++, at++) {
      const fx = (x < SIDE / 2 ? x : x - SIDE) / SIDE, f2 = fx * fx + fy * fy
      const lens = blur.disc ? disc(2 * Math.PI * blur.disc * Math.sqrt(f2)) : sinc(Math.PI * (fx * dx + fy * dy))
      const had = lens * Math.exp(-2 * Math.PI * Math.PI * soft * soft * f2)
      // pictures hold little at high frequencies, noise as much as anywhere
      const gain = had / (had * had + noise * (1 + 160 * f2)) / (SIDE * SIDE)
      r[at] = re[at] * gain
      i[at] = im[at] * gain
    }
  }
  both(r, i, -1)
  const found = plane(w, h)
  for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) {
    const v = r[y * SIDE + x] + mean
    found.data[y * w + x] = v < 0 ? 0 : v > 255 ? 255 : v
  }
  return found
}

// The direction in which least changes, in radians: that of the hand, if it moved.
export function drift({ data, w, h }) {
  let xx = 0, yy = 0, xy = 0
  for (let y = 1; y < h - 1; y++) for (let x = 1, at = y * w + 1; x < w - 1; x++, at++) {
    const dx = data[at + 1] - data[at - 1], dy = data[at + w] - data[at - w]
    xx += dx * dx; yy += dy * dy; xy += dx * dy
  }
  const apart = Math.hypot(xx - yy, 2 * xy), angle = 0.5 * Math.atan2(2 * xy, xx - yy) + Math.PI / 2
  return { angle, strength: apart / (xx + yy + 1) }
}
