// The scanner's page: what the engine reads is judged by codes.js, its page is fetched and shown below the camera with its real forms,
// and scanning goes on. Words come from the page.
;(() => {
  "use strict"
  const place = document.querySelector("[data-scan]")
  if (!place) return
  const PATIENCE = 12000, SETTLING = 600, VISIT = 7200000, HINT = 300
  const root = document.documentElement
  const part = name => place.querySelector(`[data-${name}]`)
  const [eye, hint, panel, found, lead, kept, wrong] = ["eye", "hint", "panel", "found", "lead", "kept-at", "wrong"].map(part)
  const video = eye.querySelector("video"), name = document.getElementById("found-name")
  const template = (kind, of) => document.querySelector(`template[data-${of}="${kind}"]`)
  const fill = (words, what) => words.replace("#", () => what)
  const memory = { get: key => { try { return localStorage.getItem(key) } catch { return null } }, set: (key, value) => { try { localStorage.setItem(key, value) } catch { /* this visit only */ } } }

  // ---- what she hears and feels; browsers want a tap before either

  let audio, sounding = memory.get("scan.sound") !== "off"
  const touched = () => !navigator.userActivation || navigator.userActivation.hasBeenActive
  const buzz = pattern => { if (touched() && navigator.vibrate) navigator.vibrate(pattern) }

  function beep(...notes) {
    const Context = self.AudioContext || self.webkitAudioContext
    if (!sounding || !Context || !touched()) return
    audio = audio || new Context()
    audio.resume().catch(() => {})
    let at = audio.currentTime
    for (const [hertz, long, loud = .2] of notes) {
      const tone = audio.createOscillator(), volume = audio.createGain()
      tone.frequency.value = hertz
      volume.gain.value = loud
      tone.connect(volume).connect(audio.destination)
      tone.start(at)
      tone.stop(at + long)
      at += long + .05
    }
  }
  function speak(words) {
    if (!sounding || !touched() || !self.speechSynthesis) return
    const said = Object.assign(new SpeechSynthesisUtterance(words), { lang: root.lang })
    speechSynthesis.cancel()
    speechSynthesis.speak(said)
  }
  const good = () => { buzz(60); beep([1760, .09]) }
  const bad = () => { buzz([80, 60, 80]); beep([330, .16], [247, .2]) }
  const loud = () => { buzz([350, 100, 350, 100, 350]); beep([880, .18, .6], [440, .3, .6], [880, .18, .6], [440, .3, .6]) }

  const sound = part("sound")
  const mark = () => sound.setAttribute("aria-pressed", String(sounding))
  sound.addEventListener("click", () => {
    sounding = !sounding
    memory.set("scan.sound", sounding ? "on" : "off")
    mark()
    good()
  })
  mark()

  // ---- the panel

  let shown = "", turns = 0, going = 0
  const busy = () => !panel.hidden && panel.querySelector("form[data-typed], details[open]") || (document.activeElement || root).matches("input:not([type=file]), textarea")

  // `within`: the part of the name that she knows already when she stands there; it is written smaller.
  function open(title, within = "") {
    if (!panel.hidden) { // the thumb that was on its way to the panel before must not press in this one
      panel.dataset.settling = ""
      setTimeout(() => delete panel.dataset.settling, SETTLING)
    }
    wrong.replaceChildren()
    lead.hidden = kept.hidden = true
    found.replaceChildren()
    const known = within && title.startsWith(within + " ")
    name.textContent = known ? title.slice(within.length + 1) : title
    if (known) name.prepend(Object.assign(document.createElement("small"), { textContent: within }), " ")
    place.dataset.open = ""
    panel.hidden = false
  }

  function settle() {
    name.focus({ preventScroll: true })
    panel.scrollIntoView({ block: "start" })
  }

  function shut() {
    turns++
    shown = ""
    panel.hidden = true
    delete place.dataset.open
    found.replaceChildren()
    wrong.replaceChildren()
    document.getElementById("title").focus()
  }

  function say(kind, what, more) {
    const said = template(kind, "said"), words = said.content.cloneNode(true)
    open(said.dataset.title)
    const why = words.querySelector("[data-words]"), again = words.querySelector("[data-once-more]")
    if (why) why.textContent = fill(why.textContent, what || "?")
    if (again) again.addEventListener("click", more)
    found.append(words)
    if (kind !== "opening") settle()
  }

  // ---- a square of ours: its page, from the network or kept by the worker

  async function asked(path) {
    const stop = new AbortController(), late = setTimeout(() => stop.abort(), PATIENCE)
    try {
      const answer = await fetch(path, { headers: { "X-Panel": "1" }, cache: "no-store", signal: stop.signal })
      return { answer, page: new DOMParser().parseFromString(await answer.text(), "text/html"), went: answer.redirected ? new URL(answer.url).pathname : path }
    } catch {
      return null
    } finally {
      clearTimeout(late)
    }
  }

  async function follow(square, path = square.path, typed = false) {
    const turn = ++turns, again = () => follow(square, path, typed)
    shown = square.path
    if (path === square.path) say("opening")
    going++
    const got = await asked(path)
    going--
    if (turn !== turns) return
    if (!got) return fail(navigator.onLine ? "failed" : "offline", again)
    const { answer, page, went } = got, status = answer.status
    const lay = navigator.serviceWorker && navigator.serviceWorker.controller && page.documentElement.dataset.kept
    const ours = answer.headers.has("X-Last-Metre") || lay
    if (answer.headers.get("X-Kept") === "none") return fail("offline", again)
    if (!ours || status >= 500) return fail("failed", again)
    if (status === 401 || went.startsWith("/sign-in")) return location.assign("/sign-in?back=/scan")
    if (status === 404 && typed) return location.assign(`/scan?code=${square.code}`) // a sheet or a badge has as many characters
    if (status === 404 || (square.kind === "building" && went.startsWith("/ask/"))) return fail("absent")
    if (page.documentElement.dataset.owner !== root.dataset.owner) return location.assign(square.path)
    draw(square, page, answer.headers.get("X-Kept") || went)
  }

  function fail(kind, again) {
    say(kind, "", again)
    bad()
  }

  function draw(square, page, from) {
    const main = page.querySelector("#main .page") || page.getElementById("main")
    // A page of many stops stands for the one that carries this parcel.
    const stop = square.kind === "parcel" && from.startsWith("/runs/") && main.querySelector(`[data-parcels~="${square.code}"]`)
    const head = main.querySelector(".title-block") || main.querySelector("h1"), placed = stop || main.querySelector("[data-place]"), title = main.querySelector("h1, h2")
    open((placed && (placed.dataset.place || placed.textContent.trim())) || (title ? title.textContent : ""), placed && placed.dataset.at)
    panel.dataset.kind = square.kind
    const said = head && !stop && head.querySelector(".lead")
    if (said) lead.textContent = said.textContent
    lead.hidden = !said
    const at = Number(page.documentElement.dataset.kept)
    if (at) kept.textContent = fill(kept.dataset.keptAt, new Date(at).toLocaleTimeString(root.lang, { hour: "2-digit", minute: "2-digit", hour12: false }))
    kept.hidden = !at
    judge(square, stop || main.querySelector("[data-building]"), placed, main.querySelector("[data-wrong-building]"))
    if (head) head.remove()
    panel.dataset.from = from
    found.append(...(stop ? [stop] : main.childNodes))
    if (window.htmx) htmx.process(found)
    toast(page)
    settle()
  }

  function toast(page) {
    const told = page.querySelector("#toast > *"), here = document.getElementById("toast")
    if (told && here) here.replaceChildren(told)
  }

  // Where she stands is the building that she scanned last, else the one where she is checked in, which the page tells (`told`).
  // What goes to another one is said loudly, once.
  function judge(square, where, placed, told) {
    if (!where) return good()
    speak(name.textContent)
    const { building, at } = where.dataset
    if (square.kind === "building") {
      try { sessionStorage.setItem("scan.standing", JSON.stringify({ building, name: placed.dataset.place, at: Date.now() })) } catch { /* not told then */ }
      return good()
    }
    let standing = null
    try { standing = JSON.parse(sessionStorage.getItem("scan.standing")) } catch { /* none */ }
    if (!["parcel", "household"].includes(square.kind)) return good()
    const scanned = standing && Date.now() - standing.at <= VISIT
    if (told) told.remove()
    if (!scanned && told) {
      wrong.replaceChildren(told)
      speak(wrong.textContent)
      return loud()
    }
    if (!scanned || standing.building === building) return good()
    const words = document.querySelector("template[data-wrong-words]"), said = words.content.cloneNode(true)
    said.querySelector("[data-words]").textContent = fill(fill(words.dataset.words, at || placed.dataset.place), standing.name)
    wrong.replaceChildren(said)
    speak(wrong.textContent)
    loud()
  }

  // ---- what was read

  function read(text) {
    const square = Squares.classify(text, location.origin)
    if (busy() || (!panel.hidden && shown === (square.path || text))) return
    flash()
    if (!square.path) {
      turns++
      say(square.kind, square.host)
      shown = text
      return bad()
    }
    if (square.kind === "join" || square.kind === "sign_in") {
      good()
      return location.assign(square.path)
    }
    follow(square)
  }

  function flash() {
    place.dataset.read = ""
    setTimeout(() => delete place.dataset.read, 400)
  }

  // ---- the camera

  let scan, hinting, patience
  const chat = /MicroMessenger|QQ\/|Weibo|AlipayClient|DingTalk/i.test(navigator.userAgent)

  function onHint(kind) {
    clearTimeout(hinting)
    hinting = setTimeout(() => {
      const key = kind === "dark" && scan && scan.capabilities.torch ? "darkTorch" : kind || "aim"
      const words = hint.dataset[key] || hint.dataset.aim
      if (hint.textContent !== words) hint.textContent = words
    }, HINT)
  }

  function onTrouble(kind) {
    clearTimeout(patience)
    const named = !isSecureContext ? "insecure" : chat ? "chat" : kind
    const drawn = (template(named, "trouble") || template("none", "trouble")).content.cloneNode(true)
    const again = drawn.querySelector("[data-again]"), copy = drawn.querySelector("[data-copy-here]")
    if (again) again.addEventListener("click", begin)
    if (copy) copy.dataset.text = location.href
    place.dataset.blind = ""
    part("trouble").replaceChildren(drawn)
  }

  const options = { worker: place.dataset.worker, wasm: place.dataset.wasm, onRead: read, onHint, onTrouble }

  async function begin() {
    if (scan) scan.stop()
    part("trouble").replaceChildren()
    delete place.dataset.blind
    if (!self.Scanning) return onTrouble("reader")
    if (chat) patience = setTimeout(onTrouble, PATIENCE, "unsupported") // some neither ask nor refuse
    scan = Scanning.start(video, options)
    if (!await scan.ready) return
    clearTimeout(patience)
    onHint("")
    part("torch").hidden = !scan.capabilities.torch
    part("zoom").hidden = !scan.capabilities.zoom
  }

  const pressed = button => button.getAttribute("aria-pressed") === "true"
  part("torch").addEventListener("click", async ({ currentTarget: button }) => {
    const on = !pressed(button)
    if (await scan.torch(on)) button.setAttribute("aria-pressed", String(on))
  })
  part("zoom").addEventListener("click", async ({ currentTarget: button }) => {
    const on = !pressed(button), { min, max } = scan.capabilities.zoom
    if (await scan.zoom(on ? Math.min(2 * min, max) : min)) button.setAttribute("aria-pressed", String(on))
  })
  document.addEventListener("visibilitychange", () => { for (const each of ["torch", "zoom"]) part(each).setAttribute("aria-pressed", "false") })

  // ---- what happens in the panel stays in it

  for (const button of place.querySelectorAll("[data-shut]")) button.addEventListener("click", shut)
  const here = () => shown && shown.startsWith("/") && Squares.classify(location.origin + shown, location.origin)

  panel.addEventListener("told", event => {
    const { to, html, receipt, entry } = event.detail, square = here()
    const next = to || (!html && receipt && receipt.state !== "refused" && `${panel.dataset.from}?did=${entry.id}`)
    if (!square) return
    if (next && new URL(next, location.href).pathname === panel.dataset.from) {
      event.preventDefault()
      follow(square, next)
    } else if (html) {
      event.preventDefault()
      draw(square, new DOMParser().parseFromString(html, "text/html"), panel.dataset.from)
    }
  })
  panel.addEventListener("stale", () => {
    const square = here()
    if (square && !going && !busy()) follow(square, panel.dataset.from)
  })

  // ---- the ways without a camera

  const photo = document.querySelector("[data-photo]"), told = document.querySelector("[data-photo-said]")
  photo.addEventListener("change", async () => {
    const [file] = photo.files
    photo.value = ""
    if (!file || !self.Scanning) return
    told.textContent = told.dataset.reading
    const text = await (scan ? scan.photo(file) : Scanning.photo(file, options))
    told.textContent = text === null ? told.dataset.photoSaid : ""
    photo.blur()
    if (text !== null) read(text)
  })

  document.addEventListener("submit", event => {
    if (event.target.getAttribute("action") !== "/scan") return
    const square = Squares.typed(event.target.elements.code.value)
    if (!square.path && navigator.onLine) return // the server says it beside the field
    event.preventDefault()
    document.activeElement.blur()
    if (square.path) follow(square, square.path, true)
    else fail("slip")
  })

  document.addEventListener("click", event => {
    const link = event.target.closest("a.line-go[href^='/b/']")
    if (!link || panel.contains(link) || event.ctrlKey || event.metaKey || event.shiftKey) return
    const square = Squares.classify(link.href, location.origin)
    if (!square.path) return
    event.preventDefault()
    follow(square)
  })

  // ---- kept for work without network, on first use; what an older version left goes

  async function keep() {
    if (!self.caches || !navigator.serviceWorker || (navigator.connection && navigator.connection.saveData)) return
    const wanted = place.dataset.also.split(" ").filter(Boolean), cache = await caches.open("shell/scanner")
    for (const path of wanted) {
      if (await cache.match(path)) continue
      const answer = await fetch(path)
      if (answer.ok && answer.headers.has("X-Last-Metre")) await cache.put(path, answer)
    }
    for (const request of await cache.keys()) if (!wanted.includes(new URL(request.url).pathname)) await cache.delete(request)
  }

  begin()
  keep().catch(() => {})
})()
