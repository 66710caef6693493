// Whose phone this is at the moment. Nothing of one person is left to read when another one comes; what waits goes on in her name.
const phoneOf = (() => {
  const mine = root.dataset.owner
  const told = "BroadcastChannel" in window && new BroadcastChannel("owner")
  const LOCKED = "locked"

  const locked = () => /(?:^|; )locked=1/.test(document.cookie)
  // A cookie besides the record: the server shows nothing of hers while it stands, where no worker does it.
  const bolt = on => { document.cookie = `locked=${on ? 1 : ""}; path=/; max-age=${on ? 31536000 : 0}; samesite=lax` + (location.protocol === "https:" ? "; secure" : "") }

  const waitingOf = (entries, theirs) => entries.filter(entry => entry.state === "waiting" && !entry.envelope && theirs(entry.owner))

  // Closes to the server what waits of these owners. Answers the entries that cannot be closed: files, or a browser without the means.
  async function seal(theirs) {
    const open = []
    const envelopes = {}
    for (const entry of waitingOf(await outbox.all(), theirs)) {
      const envelope = crypt.works && !entry.files ? await outbox.sealed(entry).catch(() => null) : null
      if (envelope) envelopes[entry.id] = envelope
      else open.push(entry)
    }
    await outbox.change(acts => ({ put: acts.filter(one => envelopes[one.id] && one.state === "waiting").map(({ box, plain, ...one }) => ({ ...one, envelope: envelopes[one.id] })) }))
    await outbox.changed()
    return open
  }

  // Keys, pages, grants and drafts of these owners; what still waits unclosed keeps the key and the grant that it needs.
  // `asked`: she was shown that something came back refused, and left all the same. Else it stays for her, and its key.
  async function wipe(theirs, open, asked) {
    const decided = (await outbox.all()).filter(entry => entry.state !== "waiting" && theirs(entry.owner))
    const unread = entry => !asked && entry.state !== "waiting" && !entry.seen
    const needed = new Set()
    await store.write(["acts", "pages", "keys", "grants", "meta"], async tx => {
      // Asked here, not before: the database may have been silent then, or too full to take the envelopes.
      const lying = [...open, ...await store.asked(tx.objectStore("acts").getAll())].filter(entry => theirs(entry.owner))
      for (const entry of waitingOf(lying, theirs)) needed.add(entry.owner)
      const readable = new Set([...needed, ...lying.filter(entry => unread(entry)).map(entry => entry.owner)])
      const sweep = (name, gone, of) => new Promise((done, no) => {
        const asked = tx.objectStore(name).openCursor()
        asked.onerror = () => no(asked.error)
        asked.onsuccess = () => {
          const at = asked.result
          if (!at) return done()
          if (gone(of(at))) at.delete()
          at.continue()
        }
      })
      const owner = at => at.value.owner
      await sweep("pages", theirs, owner)
      await sweep("keys", one => theirs(one) && !readable.has(one), owner)
      await sweep("grants", one => theirs(one) && !needed.has(one), owner)
      await sweep("meta", key => String(key).startsWith("draft "), at => at.key)
      for (const key of ["owner", "today", ...asked ? ["push"] : []]) tx.objectStore("meta").delete(key)
    })
    await photos.drop(one => theirs(one) && !needed.has(one))
    for (const entry of decided) if (!unread(entry)) await outbox.dismiss(entry.id)
  }

  // What the browser keeps beside the database. Each may be missing or refuse; none of it may stop a sign-out.
  async function sweepBrowser() {
    const quietly = work => Promise.resolve().then(work).catch(() => {})
    await quietly(() => { for (const name of Object.keys(sessionStorage)) if (name.startsWith("draft ")) sessionStorage.removeItem(name) })
    await quietly(async () => { for (const name of await caches.keys()) if (!/^shell/.test(name)) await caches.delete(name) })
    await quietly(async () => {
      const worker = navigator.serviceWorker && await navigator.serviceWorker.getRegistration()
      if (!worker) return
      const push = worker.pushManager && await worker.pushManager.getSubscription()
      if (push) await push.unsubscribe()
      if (worker.getNotifications) for (const note of await worker.getNotifications()) note.close()
    })
  }

  // From here on this phone shows nothing of hers, whatever ends the page in between.
  async function lock() {
    const open = await seal(one => one === mine)
    bolt(true)
    try {
      await store.put("meta", { at: Date.now(), owner: mine }, LOCKED)
      await wipe(one => one === mine, open, true)
    } finally {
      await sweepBrowser()
      if (told) told.postMessage({ locked: true })
    }
  }

  // True once our server has heard of it; a captive portal's answer has no such header.
  async function acknowledged() {
    const stop = new AbortController()
    const timer = setTimeout(() => stop.abort(), 10000)
    try {
      const answer = await fetch("/sign-out", { method: "POST", headers: { "X-Act-Reply": "to" }, signal: stop.signal, redirect: "manual" })
      return answer.headers.get("X-Signed-Out") === "1"
    } catch {
      return false
    } finally {
      clearTimeout(timer)
    }
  }

  // What a page that was closed too early left is cleared here at the latest.
  async function unlock() {
    const held = await store.get("meta", LOCKED).catch(() => undefined)
    if (held) {
      await wipe(one => one === held.owner, await seal(one => one === held.owner), true)
      await store.remove("meta", LOCKED)
    }
    bolt(false)
    if (told) told.postMessage({ unlocked: true })
  }

  const due = async () => locked() || !!await store.get("meta", LOCKED).catch(() => undefined)

  function showLocked() {
    const page = document.getElementById("locked-page")
    if (!page) return location.replace("/locked")
    delete root.dataset.owner
    document.title = page.content.querySelector("h1").textContent
    document.body.className = "open"
    document.body.replaceChildren(Object.assign(document.createElement("main"), { id: "main", tabIndex: -1 }))
    document.body.firstChild.append(page.content)
    document.querySelector("h1").focus()
    // a reload, and whoever comes later, finds the locked page and not this address; without a worker there is nothing to go to
    if (navigator.serviceWorker && navigator.serviceWorker.controller) location.replace("/locked")
    else history.replaceState(null, "", "/locked")
  }

  // ---- at the start of every page, and whenever one comes back

  async function arrive() {
    if (!mine) return
    const before = await store.get("meta", "owner").catch(() => mine)
    if (before === mine) return
    const others = one => one && one !== mine
    await wipe(others, await seal(others))
    await store.put("meta", mine, "owner")
    if (told) told.postMessage({ owner: mine })
  }

  async function check() {
    if (mine && (locked() || await store.get("meta", LOCKED).catch(() => undefined))) return showLocked()
    if (mine) {
      const owner = await store.get("meta", "owner").catch(() => mine)
      if (owner && owner !== mine) return location.replace("/")
      if (!owner) return location.reload()
    }
    root.hidden = false
  }

  if (told) told.onmessage = ({ data }) => {
    if (!mine || !root.dataset.owner) return
    if (data.locked) showLocked()
    else if (data.unlocked) location.replace("/sign-in")
    else if (data.owner !== mine) location.replace("/")
  }
  // A page that comes back from the browser's memory stays dark until it is known whose it is.
  addEventListener("pagehide", event => { if (event.persisted && mine) root.hidden = true })
  addEventListener("pageshow", event => { if (event.persisted) check() })

  queueMicrotask(async () => {
    if (mine && locked()) return showLocked()
    if (!mine) {
      if (locked() && location.pathname !== "/locked" && await acknowledged()) await unlock()
      return
    }
    // The server shows nobody's page while the bolt is on: somebody has signed in since.
    if (await store.get("meta", LOCKED).catch(() => undefined)) await store.remove("meta", LOCKED)
    await arrive()
  })

  // The session is over, told by our server: what lay ready to read goes, what was pressed stays.
  document.addEventListener("signed-out", () => {
    if (!mine) return
    note("session")
    store.read(["pages"], tx => tx.objectStore("pages").getAllKeys()).then(keys => Promise.all(keys.map(key => store.remove("pages", key)))).catch(() => {})
  })

  return { mine, seal, lock, due, acknowledged, unlock, showLocked, waiting: async () => waitingOf(await outbox.all(), one => one === mine) }
})()

behaviour("locked", place => {
  const said = place.querySelector("[data-said]")
  const left = place.querySelector("[data-left]")
  let failures = 0, timer, trying

  const count = async () => {
    const { waiting } = await outbox.counts()
    left.hidden = !waiting
    left.textContent = fill(place.dataset.sealed, waiting)
  }
  async function attempt() {
    if (trying) return
    trying = true
    clearTimeout(timer)
    if (!await phoneOf.due()) return location.replace("/") // an address that somebody sent signs nobody out
    said.textContent = place.dataset.trying
    if (await phoneOf.acknowledged()) return phoneOf.unlock().then(() => location.replace("/sign-in"))
    trying = false
    said.textContent = place.dataset.notYet
    timer = setTimeout(attempt, (0.5 + Math.random() / 2) * Math.min(30000, 2000 * 2 ** failures++))
  }
  const now = () => { failures = 0; if (!document.hidden) attempt() }
  const pressed = event => {
    event.preventDefault()
    now()
  }
  place.addEventListener("submit", pressed)
  addEventListener("online", now)
  document.addEventListener("visibilitychange", now)
  document.addEventListener("queue", count)
  count()
  attempt()
  return () => {
    clearTimeout(timer)
    removeEventListener("online", now)
    document.removeEventListener("visibilitychange", now)
    document.removeEventListener("queue", count)
  }
})
