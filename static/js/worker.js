// The page's side of the worker: registers it, has today's work fetched ahead, offers a newer version, says when a page is a kept copy.
const signedIn = root.dataset.owner
const typed = () => document.querySelector("form[data-typed], [aria-invalid=true]") // a form that came back with a complaint is half filled too

document.addEventListener("input", event => {
  const form = event.target.form
  if (form && form.method === "post") form.dataset.typed = ""
})
addEventListener("submit", event => { delete event.target.dataset.typed }) // on the window: after whoever stops it

behaviour("reading", place => {
  const words = name => place.querySelector(`template[data-line=${name}]`)
  const workers = navigator.serviceWorker
  const main = document.getElementById("main")

  function show(name, end) {
    const known = document.querySelector(`[data-note=${name}]`)
    if (known || !words(name)) return known
    const note = words(name).content.firstElementChild.cloneNode(true)
    note.dataset.note = name
    main[end ? "append" : "prepend"](note)
    return note
  }
  const filled = (note, value) => { const said = note.querySelector("[data-words]"); said.textContent = fill(said.textContent, value) }
  const hour = at => new Date(at).toLocaleTimeString(root.lang, { hour: "2-digit", minute: "2-digit", hour12: false })

  if (root.dataset.kept && !document.querySelector("[data-live]")) filled(show("kept"), hour(Number(root.dataset.kept)))
  const reached = () => {
    const at = Number(root.dataset.kept), note = document.querySelector("[data-note=kept]"), back = note && note.querySelector("[data-back]")
    delete root.dataset.kept
    if (!back || !back.hidden) return
    note.querySelector("[data-words]").textContent = fill(back.dataset.back, hour(at))
    back.querySelector("a").href = location.href
    back.hidden = false
  }
  addEventListener("online", reached, true)
  document.addEventListener("receipt", reached)

  // A form that nobody keeps must not lead into the browser's own error page.
  const unsendable = event => {
    if (event.defaultPrevented || navigator.onLine || event.target.method !== "post") return
    event.preventDefault()
    show("needs-network").scrollIntoView({ block: "nearest" })
  }
  addEventListener("submit", unsendable)
  addEventListener("online", () => { const note = document.querySelector("[data-note=needs-network]"); if (note) note.remove() })

  // ---- how to install

  const agent = navigator.userAgent
  const ios = /iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && navigator.maxTouchPoints > 1)
  const chat = /MicroMessenger|QQ\/|Weibo|AlipayClient|DingTalk/i.test(agent)
  const installed = navigator.standalone || matchMedia("(display-mode: standalone)").matches

  async function hint(name, press) {
    if (!("install" in place.dataset) || installed || await store.get("meta", "no-hint").catch(() => true)) return
    const note = show(name, true)
    note.addEventListener("click", event => {
      if (event.target.closest("[data-install-now]")) press()
      if (event.target.closest("[data-later], [data-install-now]")) note.remove()
      if (event.target.closest("[data-later]")) store.put("meta", Date.now(), "no-hint")
    })
  }
  if (signedIn && chat) hint("chat")
  else if (signedIn && ios) hint("ios")
  addEventListener("beforeinstallprompt", event => {
    event.preventDefault()
    if (signedIn) hint("android", () => event.prompt())
  })

  // Safari deletes what a page kept, acts too, when it was not used for seven days; a home-screen app keeps it.
  const unsent = ({ detail: { waiting, oldest } }) => {
    const old = document.querySelector("[data-note=unsent]")
    if (old) old.remove()
    if (!waiting || !ios || installed || !signedIn) return
    const note = show("unsent")
    const until = new Date(oldest + 7 * 86400000)
    const when = note.querySelector("[data-until]")
    filled(note, waiting)
    when.textContent = until < Date.now() ? when.dataset.over : fill(when.dataset.until, until.toLocaleDateString(root.lang, { month: "long", day: "numeric" }))
  }
  document.addEventListener("queue", unsent)
  if (ios && signedIn) outbox.counts().then(detail => unsent({ detail }))

  if (!workers || !signedIn || place.dataset.worker !== "on") return

  // ---- the worker

  const heard = event => { if (event.data && event.data.ask === "typing") event.ports[0].postMessage(!!typed()) }
  workers.addEventListener("message", heard)
  const elsewhere = "BroadcastChannel" in window && new BroadcastChannel("reading")
  if (elsewhere) elsewhere.onmessage = ({ data }) => { if (data === "typing?" && typed()) elsewhere.postMessage("typing") }

  // Another tab may hold a form half filled; it has a moment to say so.
  const typingElsewhere = () => !elsewhere ? false : new Promise(ok => {
    const answers = new BroadcastChannel("reading")
    const done = typing => { answers.close(); ok(typing) }
    answers.onmessage = ({ data }) => { if (data === "typing") done(true) }
    elsewhere.postMessage("typing?")
    setTimeout(done, 400, false)
  })

  function offer(registration) {
    const note = show("newer")
    note.onclick = async event => {
      if (!event.target.closest("[data-take]")) return
      const busy = typed() || await typingElsewhere()
      note.querySelector("[data-typing]").hidden = !busy
      if (busy) return
      workers.addEventListener("controllerchange", () => location.reload(), { once: true }) // the tab that asked, no other
      if (!registration.waiting) return location.reload() // another tab was first
      registration.waiting.postMessage({ ask: "take over" })
    }
  }

  const ask = message => workers.ready.then(({ active }) => active.postMessage(message))
  const sparing = navigator.connection && navigator.connection.saveData

  async function ahead(touched) {
    if (sparing || !navigator.onLine) return
    for (let tries = 0; tries < 20 && await store.get("meta", "owner") !== signedIn; tries++) await new Promise(ok => setTimeout(ok, 100))
    ask({ ask: "ahead", touched })
  }
  const counted = ({ detail: { path, state } }) => { if (state === "applied") ahead(path).catch(() => {}) }
  document.addEventListener("receipt", counted)

  workers.register("/sw.js", { updateViaCache: "none" }).then(async registration => {
    if (registration.waiting && workers.controller) offer(registration)
    registration.addEventListener("updatefound", () => {
      const coming = registration.installing
      coming.addEventListener("statechange", () => { if (coming.state === "installed" && workers.controller) offer(registration) })
    })
    const look = [root.lang, root.dataset.theme, root.dataset.type].join()
    const before = await store.get("meta", "look"), today = await store.get("meta", "today")
    const other = before !== look && !root.dataset.kept
    if (other && before && today) await store.put("meta", { ...today, at: 0 }, "today")
    await ahead(!other && new URLSearchParams(location.search).has("did") ? location.pathname + "/" : undefined)
    if (!other) return
    if (before) ask({ ask: "redraw" })
    await store.put("meta", look, "look")
  }).catch(() => {}) // no worker: the pages work, with network

  return () => workers.removeEventListener("message", heard)
})

behaviour("again", button => {
  const again = () => location.reload()
  button.addEventListener("click", again)
  addEventListener("online", again)
  return () => removeEventListener("online", again)
})
