// Parts of a page that follow what happens. One stream for the page says that something changed; each part then asks for itself, and
// of what is shown only what differs is touched. Where no stream comes through, the parts ask every few seconds.
const root = document.documentElement
const parts = new Set()
// The number on the link to her messages follows along where a page has a stream; it alone opens none.
const numbers = [...document.querySelectorAll("[data-unread]")].map(made)
const SLOWEST = 15000
let source, since = "", failures = 0, polling = false, timer, later, ticked = 0, left = 0

const between = (least, most) => least + Math.random() * (most - least)

// ---- the stream

function connect() {
  clearTimeout(later)
  if (source || document.hidden || !parts.size || !navigator.onLine) return
  const [{ place }] = parts
  const asked = new URLSearchParams({ since: since || oldest() })
  if (place.dataset.community) asked.set("community", place.dataset.community)
  const mine = source = new EventSource("/events?" + asked)
  mine.onopen = () => {
    failures = 0
    state("stream")
  }
  mine.onmessage = event => {
    since = event.lastEventId || since
    for (const part of [...parts, ...numbers]) if (part.topic === event.data) due(part, between(0, 800))
  }
  mine.addEventListener("rest", () => without(mine))
  mine.onerror = () => {
    failures++
    if (failures > 1 || mine.readyState === EventSource.CLOSED) without(mine)
  }
}

// What the page was drawn with: where a part knows less than another, the stream begins there.
const oldest = () => [...parts].map(part => part.place.dataset.since).sort()[0] || ""

function close() {
  clearTimeout(later)
  if (source) source.close()
  source = null
}

// Asks by itself for a while, then tries the stream again.
function without(mine) {
  if (mine !== source) return
  close()
  failures = 1 // of the next stream the first failure is enough
  state("poll")
  later = setTimeout(connect, between(20000, 60000))
}

function state(name) {
  polling = name === "poll"
  root.dataset.live = name
  tick(false)
}

// ---- the clock: ages and days change by themselves, and a stream may be held back on its way

function tick(now) {
  clearTimeout(timer)
  if (!parts.size || document.hidden) return
  if (now) {
    ticked = Date.now()
    for (const part of [...parts, ...numbers]) due(part, 0)
  }
  timer = setTimeout(() => tick(true), polling ? between(5000, 10000) : between(60000, 90000))
}

function wake() {
  if (document.hidden) return
  connect()
  tick(polling || Date.now() - Math.max(ticked, left) > 60000)
}

function rest() {
  left = Date.now()
  clearTimeout(timer)
  close()
  root.dataset.live = ""
}

document.addEventListener("visibilitychange", () => document.hidden ? rest() : wake())
document.addEventListener("freeze", rest)
document.addEventListener("resume", wake)
addEventListener("pagehide", rest)
addEventListener("pageshow", event => { if (event.persisted) wake() })
addEventListener("offline", rest)
addEventListener("online", () => setTimeout(wake, between(0, 1500)))

// ---- one part

function due(part, wait) {
  const at = Math.max(Date.now() + wait, part.next)
  if (part.timer && part.at <= at) return
  clearTimeout(part.timer)
  part.at = at
  part.timer = setTimeout(() => {
    part.timer = null
    renew(part)
  }, at - Date.now())
}

async function renew(part) {
  const { place } = part
  if (part.over || document.hidden || !place.isConnected) return
  if (part.busy || inHand(place)) return due(part, 1500)
  part.busy = true
  const began = Date.now()
  try {
    const headers = { "HX-Request": "true", "HX-Request-Type": "partial", "HX-Current-URL": location.href, "HX-PTag": place.dataset.tag }
    const answer = await fetch(place.dataset.follows, { headers, redirect: "error", cache: "no-store", signal: AbortSignal.timeout && AbortSignal.timeout(SLOWEST) })
    const ours = answer.headers.has("X-Last-Metre")
    if (ours && [401, 403, 404].includes(answer.status)) part.over = true // not hers any more: what is shown stays until she goes on
    if (!ours || ![200, 304].includes(answer.status)) return
    const text = answer.status === 200 ? await answer.text() : null // an empty part is one too
    if (answer.headers.get("X-Owner") !== root.dataset.owner) {
      part.over = true
      return
    }
    if (text !== null && inHand(place)) return due(part, 1500)
    if (text !== null) draw(place, text)
    if (text !== null) plan(part)
    place.dataset.tag = answer.headers.get("HX-PTag")
  } catch {
    // no network, or none that answers in time: asked again with the next change or tick
  } finally {
    part.busy = false
    part.next = Date.now() + Math.max(2000, 5 * (Date.now() - began))
    if (part.again > Date.now()) due(part, part.again - Date.now())
  }
}

// When it wants to be asked for again although nothing may happen until then.
function plan(part) {
  const wants = part.place.querySelector("[data-again]")
  part.again = wants ? Date.now() + wants.dataset.again * 1000 : 0
}

// What she is busy with stays under her fingers: a field that she is in or has filled, what waits to be sent, what she revealed.
function inHand(place) {
  const at = document.activeElement
  if (at && at.matches("input, select, textarea") && place.contains(at)) return true
  if (place.querySelector("[data-waits], [data-sent], .htmx-request, .error, [data-secret]")) return true
  return [...place.querySelectorAll("input:not([type=hidden]), select, textarea")].some(filled)
}

function filled(field) {
  if (field.type === "file") return field.files.length > 0
  if (field.matches("[type=checkbox], [type=radio]")) return field.checked !== field.defaultChecked
  if (!field.matches("select")) return field.value !== field.defaultValue
  const born = [...field.options].findIndex(option => option.defaultSelected)
  return field.selectedIndex !== Math.max(born, 0)
}

function draw(place, text) {
  const fresh = document.createElement("template")
  fresh.innerHTML = text
  const said = spoken(place), focused = document.activeElement
  children(place, fresh.content)
  if (focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true })
  const says = spoken(place)
  if (says && says !== said) voice().textContent = says
}

const spoken = place => [...place.querySelectorAll("[data-says]")].map(each => each.textContent.trim()).join(" ")

// One quiet voice for the page; a sentence that is drawn anew would be read with all around it.
function voice() {
  let line = document.getElementById("live-voice")
  if (!line) {
    line = Object.assign(document.createElement("p"), { id: "live-voice", className: "hidden" })
    line.setAttribute("role", "status")
    document.body.append(line)
  }
  return line
}

// ---- of what is shown only what differs

// What the script or the person did to an element, and no server knows of.
const HERS = /^(open|hidden|inert|tabindex|aria-disabled|aria-expanded|autocomplete|data-htmx-powered)$/
// Draws itself: a photo on its way.
const OWN = "[data-behaviour~=photo-way]"

const nameOf = node => node.nodeType === 1
  ? [node.localName, node.id, node.getAttribute("action"), node.getAttribute("hx-get"), node.getAttribute("data-behaviour"), node.getAttribute("data-act")].join(" ")
  : node.nodeType

function children(old, fresh) {
  const pool = new Map()
  for (const node of old.childNodes) pool.set(nameOf(node), [...pool.get(nameOf(node)) || [], node])
  const wanted = [...fresh.childNodes].map(node => [node, (pool.get(nameOf(node)) || []).shift()])
  for (const rest of pool.values()) for (const node of rest) node.remove()
  let at = old.firstChild
  for (const [node, found] of wanted) {
    if (!found) {
      old.insertBefore(node, at)
      if (node.nodeType === 1 && window.htmx) htmx.process(node)
      continue
    }
    if (found === at) at = at.nextSibling
    else old.insertBefore(found, at)
    same(found, node)
  }
}

function same(old, fresh) {
  if (old.nodeType !== 1) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue
    return
  }
  if (old.matches(OWN)) return
  for (const { name, value } of fresh.attributes) {
    if (HERS.test(name) || old.getAttribute(name) === value) continue
    old.setAttribute(name, value)
    if (name === "value" && "value" in old) old.value = value
  }
  for (const { name } of [...old.attributes]) if (!HERS.test(name) && !fresh.hasAttribute(name)) old.removeAttribute(name)
  if (old.localName !== "template") children(old, fresh)
}

function made(place) {
  return { place, topic: place.dataset.topic, next: 0, at: 0, timer: null, again: 0, busy: false, over: false }
}

export function attach(place) {
  if (place.closest("[data-panel]")) return undefined // the scanner's panel draws what it shows by itself
  const part = made(place)
  parts.add(part)
  plan(part)
  if (part.again) due(part, part.again - Date.now())
  connect()
  if (!timer) tick(false)
  return () => {
    parts.delete(part)
    clearTimeout(part.timer)
    if (!parts.size) rest()
  }
}
