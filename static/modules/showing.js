// The moving square: drawn on this phone every half minute from a secret that came with the page. The network is not asked.
// Its other half is app/people/moving.py.
const HALF_MINUTE = 30000
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
const ALPHABET = "23456789ABCDEFGHJKLMNPQRSTVWXYZ" // of posters: no 0 O 1 I U

function base32(bytes) {
  let text = "", bits = 0, held = 0
  for (const byte of bytes) {
    held = held << 8 | byte
    for (bits += 8; bits >= 5; bits -= 5) text += BASE32[held >> bits - 5 & 31]
    held &= (1 << bits) - 1
  }
  return text
}

function typed(bytes) {
  const body = Array.from(bytes, byte => byte % ALPHABET.length)
  const check = body.reduce((sum, value, n) => sum + (n + 2) * value, 0) % ALPHABET.length
  return [...body, check].map(value => ALPHABET[value]).join("")
}

function drawing({ size, data }) {
  const made = (name, how) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name)
    for (const [key, value] of Object.entries(how)) node.setAttribute(key, value)
    return node
  }
  const dark = data.flatMap((row, y) => row.map((on, x) => on ? `M${x} ${y}h1v1h-1z` : "")).join("")
  const svg = made("svg", { viewBox: `0 0 ${size} ${size}`, "shape-rendering": "crispEdges", "aria-hidden": "true" })
  svg.append(made("path", { fill: "#fff", d: `M0 0h${size}v${size}h-${size}z` }), made("path", { fill: "#000", d: dark }))
  return svg
}

export async function attach(place, { clock, outbox }) {
  const { encoder, short, secret, until, end } = place.dataset
  const at = name => place.querySelector(`[data-${name}]`)
  const show = (name, on = true) => { at(name).hidden = !on }
  const stopped = async () => (await outbox.all()).some(act => act.path === end && act.state === "waiting")
  if (!globalThis.crypto || !crypto.subtle) return show("insecure")
  const [{ encode }, key] = await Promise.all([
    import(encoder),
    crypto.subtle.importKey("raw", Uint8Array.from(atob(secret), c => c.charCodeAt(0)), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]),
  ])

  let drawn = null, lock = null, timer = null

  async function draw(step) {
    const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(String(step))))
    const address = `${location.origin}/h/${short}.${step}.${base32(mac.subarray(0, 10))}`
    const code = typed(mac.subarray(10, 17))
    at("square").replaceChildren(drawing(encode(address, { ecc: "M", border: 4 })))
    at("square").dataset.square = address
    at("typed").textContent = `${code.slice(0, 4)} ${code.slice(4)}`
    at("typed").dataset.typed = step
  }

  // A phone whose screen goes dark shows nothing.
  async function awake() {
    if (document.hidden || lock) return
    lock = await Promise.resolve(navigator.wakeLock && navigator.wakeLock.request("screen")).catch(() => null)
    if (lock) lock.addEventListener("release", () => { lock = null })
    show("awake", !!lock)
    show("asleep", !lock)
  }

  function over() {
    clearInterval(timer)
    document.removeEventListener("visibilitychange", awake)
    document.removeEventListener("queue", look)
    if (lock) lock.release()
    show("moving", false)
    show("over")
    at("square").replaceChildren()
  }

  const look = async () => { if (await stopped()) over() }

  function tick() {
    if (!place.isConnected) return over()
    const now = clock.now(), step = Math.floor(now / HALF_MINUTE)
    if (now > Number(until)) return over()
    const left = Math.ceil(((step + 1) * HALF_MINUTE - now) / 1000)
    at("left").textContent = left
    at("run").value = left
    if (step !== drawn) draw(drawn = step)
  }

  if (await stopped()) return over()
  show("moving")
  tick()
  timer = setInterval(tick, 250)
  document.addEventListener("visibilitychange", awake)
  document.addEventListener("queue", look)
  awake()
}
