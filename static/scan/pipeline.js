// Frames in, texts out. First what is cheap (the place where a square may be, alone), then the frame, then second tries
// chosen by what the picture lacks, a few a frame; and the frames of a hand that is never still joined to one picture.
import { candidates } from "./where.js"
import { drift, spectrum, undone } from "./deblur.js"
import { Joint } from "./joining.js"
import { cut, despecked, evened, halved, scaled, sharpened, softened, turned } from "./planes.js"

const FULL_EVERY = 3    // frames that hold nothing are looked at whole this often
const TRIES = 3         // second tries in a frame
const PATIENCE = 70    // milliseconds after which no other try is begun in a frame
const ROUNDS = 3        // through the recipes; after the first also with the other decoder, and for a larger blur each
const TIRED = 24        // frames joined without a text: another place, a new start

export class Pipeline {
  // read(plane, { whole, rough }) -> [{ text, corners }], rough: one threshold for all of it; other: another decoder, plane -> text or ""
  constructor(read, { other = () => "", now = () => performance.now(), patience = PATIENCE } = {}) {
    Object.assign(this, { read, other, now, patience })
    this.again()
  }

  again() {
    this.missed = this.turn = this.place = 0
    this.turns = { joint: 0, place: 0 }
    this.joint = null
  }

  frame(whole) {
    const start = this.now(), half = halved(whole)
    const places = candidates(half, 3, whole)
    const found = this.plain(whole, places) || this.second(whole, half, places, start)
    if (found) { this.again(); return { texts: found, hint: "" } }
    this.missed++
    return { texts: [], hint: hint(whole, places) }
  }

  // A photo is not followed by another: everything, at every place.
  photo(whole) {
    const places = candidates(halved(whole), 3, whole)
    let found = this.plain(whole, places)
    for (const place of places) {
      const crop = cut(whole, place), source = new Source(crop, place)
      for (const recipe of found ? [] : source.recipes()) {
        found = this.try(source, recipe)
        if (found) break
      }
    }
    return { texts: found || [], hint: "" }
  }

  plain(whole, places) {
    if (places.length && places[0].w * places[0].h < whole.w * whole.h / 3) {
      const found = this.look(cut(whole, places[0]), places[0], 1, "place")
      if (found) return found
    }
    return this.missed % FULL_EVERY ? null : this.look(whole, { x: 0, y: 0 }, 1, "whole", { whole: true })
  }

  second(whole, half, places, start) {
    const spent = () => this.now() - start > this.patience
    const sources = [], quarter = this.joint && halved(half)
    if (this.joint && !this.joint.take(whole, half, quarter, halved(quarter)) && this.joint.misses > 2) this.joint = null
    if (this.joint && this.joint.count >= TIRED) { this.joint = null; this.place++ }
    if (!this.joint && places.length) {
      const place = places[this.place % places.length]
      this.joint = new Joint(whole, half, place, place.w <= 168 ? 2 : 1)
    } else if (this.joint && this.joint.count > 2) {
      sources.push(new Source(this.joint.picture(), null, this.joint))
    }
    if (places.length) {
      const place = places[this.turn % 4 === 3 ? (this.turn >> 2) % places.length : 0]
      sources.push(new Source(cut(whole, place), place))
    }
    for (let n = 0; sources.length && n < TRIES && !spent(); n++) {
      const source = sources[n % sources.length], recipes = source.recipes()
      this.turn++
      const turn = this.turns[source.from]++
      const found = this.try(source, recipes[turn % recipes.length], Math.floor(turn / recipes.length) % ROUNDS)
      if (found) return found
    }
    return null
  }

  try(source, recipe, round = 0) {
    const made = source.made(recipe, round), how = `${source.from} ${recipe}`
    const found = recipe !== "other" && this.look(made.plane, source.place, made.times, how, { rough: recipe === "rough" }, made.back)
    const text = !found && (round || recipe === "other") && this.other(made.plane)
    return text ? [{ text, corners: [], how: how + " other" }] : found
  }

  look(plane, { x, y }, times, how, asked = {}, back = at => at) {
    const found = this.read(plane, asked)
    if (!found.length) return null
    return found.map(({ text, corners }) => ({ text, how, corners: corners.map(back).map(at => ({ x: at.x / times + x, y: at.y / times + y })) }))
  }
}

// A picture of a place, what it lacks, and what can be made of it.
class Source {
  constructor(plane, place, joint) {
    this.plane = plane
    this.place = place || joint.box
    this.from = joint ? "joint" : "place"
    this.fine = joint ? joint.times : 1
    this.lacks = lacks(plane)
  }

  recipes() {
    if (this.list) return this.list
    const { noisy, soft, drift, faint } = this.lacks, size = Math.max(this.plane.w, this.plane.h) / this.fine
    const list = []
    const add = (...names) => { for (const name of names) if (!list.includes(name)) list.push(name) }
    if (this.from === "joint") add("plain")
    if (size <= 200) add("fine")
    if (noisy || faint) add("soft", "even")
    if (soft) drift > 0.14 ? add("move 1", "disc 1", "move 2", "disc 2", "move 3") : add("disc 1", "disc 2", "move 1", "disc 3", "move 2")
    // a turned one meets the decoder's lines elsewhere
    add("turn 1", "mild", "other", "even", "rough", "disc 1", "fine", "turn 2", "clean", "disc 2", "move 1", "less", "soft", "disc 3", "move 2", "sharp")
    return this.list = list
  }

  made(recipe, round) {
    const { plane, fine } = this, [name, grade] = recipe.split(" ")
    const out = (plane, times, back) => ({ plane, times: times * fine, back })
    if (name === "even") return out(evened(plane, 12 * fine), 1)
    if (name === "soft") return out(evened(softened(plane, fine), 12 * fine), 1)
    if (name === "mild") return out(softened(plane, fine), 1)
    if (/plain|rough|other/.test(name)) return out(plane, 1)
    if (name === "less") return out(scaled(plane, 0.66), 0.66)
    if (name === "turn") {
      const angle = grade * 0.42, cos = Math.cos(angle), sin = Math.sin(angle), mx = plane.w / 2, my = plane.h / 2
      const back = ({ x, y }) => ({ x: cos * (x - mx) - sin * (y - my) + mx, y: sin * (x - mx) + cos * (y - my) + my })
      return out(turned(plane, angle), 1, back)
    }
    if (name === "clean") return out(despecked(plane), 1)
    if (name === "sharp") return out(sharpened(plane, 2 * fine, 2), 1)
    if (name === "fine") {
      const times = plane.w < 260 ? 2 : 1
      return out(sharpened(times > 1 ? scaled(plane, times) : plane, times * fine, 1.5), times)
    }
    if (!this.spectrum) {
      this.share = Math.min(1, 256 / plane.w, 256 / plane.h)
      this.small = this.share < 1 ? scaled(plane, this.share) : plane
      this.spectrum = spectrum(this.small)
      this.way = drift(this.small).angle
    }
    const pixels = this.share * fine * (1 + 0.2 * round), noise = (this.lacks.noisy ? 0.03 : 0.008) / (this.from === "joint" ? 3 : 1)
    const blur = name === "disc" ? { disc: [0, 2.2, 3.3, 4.6][grade] * pixels } : { length: [0, 5, 8, 11.5][grade] * pixels, angle: this.way }
    return out(undone(this.spectrum, blur, noise), this.share)
  }
}

// Noise, contrast, softness, drift: reckoned from every second pixel.
function lacks(of) {
  const { data, w, h } = of
  let grain = 0, near = 1, far = 1, n = 0, low = 255, high = 0
  for (let y = 2; y < h - 5; y += 2) for (let x = 2, i = y * w + 2; x < w - 5; x += 2, i += 2) {
    const v = data[i]
    // what neither a slope nor an edge along the axes explains
    grain += Math.abs(v - data[i + 1] - data[i + w] + data[i + w + 1])
    near += Math.abs(v - data[i + 1]) + Math.abs(v - data[i + w])
    far += Math.abs(v - data[i + 4]) + Math.abs(v - data[i + 4 * w])
    if (v < low) low = v
    if (v > high) high = v
    n++
  }
  const noise = grain / n, contrast = high - low
  return { noise, contrast, noisy: noise > far / n / 2 * 0.55, faint: contrast < 90, soft: near / far < 0.42, drift: drift(of).strength }
}

function hint(whole, places) {
  if (!places.length || places[0].score < 8) return ""
  const crop = cut(whole, places[0]), { soft, contrast } = lacks(crop)
  let light = 0, white = 0
  for (let i = 0; i < crop.data.length; i += 5) { light += crop.data[i]; white += crop.data[i] > 250 }
  const n = crop.data.length / 5
  if (light / n < 45) return "dark"
  if (white / n > 0.3) return "glare"
  if (crop.w < 140) return "far"
  return soft && contrast > 40 ? "blur" : "hold"
}
