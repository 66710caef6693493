// Sends what waits, in order, one sender over all tabs. An answer that names no receipt of ours decides nothing.
Object.assign(outbox, (() => {
  const BATCH = 50, LARGEST = 500000, SLOWEST = 30000
  const here = () => root.dataset.owner
  const ticks = () => performance.now() // however the phone's clock is set
  const live = new Map()
  const aside = new Map()
  let failures = 0, quiet = 0, timer, running, again, anew, went = true

  // ---- one act as the form that it was

  // Undefined where this page is not the one that may send it.
  async function direct(entry) {
    const kept = await outbox.content(entry), hers = entry.owner === here(), held = hers ? null : await server.grant(entry.owner)
    if (!kept || (entry.owner && !hers && !held)) return undefined
    const [going] = await marked([entry])
    if (!going) return undefined
    const body = kept.files ? new FormData() : new URLSearchParams()
    for (const [name, values] of Object.entries(kept.form)) for (const value of values) body.append(name, value)
    for (const [name, file] of Object.entries(kept.files || {})) body.append(name, new File([crypt.toBytes(file.data)], file.name, { type: file.type }))
    body.set("act", entry.id)
    if (going.after) body.set("after", going.after)
    if (held) body.set("grant", held)
    return server.ours(entry.path, { body, headers: { ...wire.headers(entry), "X-Act-Waited": "1" }, credentials: entry.owner ? "same-origin" : "omit" })
  }

  // ---- many acts at once

  async function batch(queue) {
    const acts = [], chosen = [], left = []
    let size = 0
    for (const entry of queue) {
      if (singly(entry) || pressedHere(entry) || (chosen.length && entry.device !== chosen[0].device) || chosen.length === BATCH) break
      const act = entry.envelope ? { id: entry.id, sealed: entry.envelope } : await wire.readable(entry)
      if (!act) {
        left.push(entry.id)
        continue
      }
      size += new Blob([JSON.stringify(act)]).size
      if (chosen.length && size > LARGEST) break
      acts.push(act)
      chosen.push(entry)
    }
    if (!chosen.length) return left
    const going = new Map((await marked(chosen)).map(entry => [entry.id, entry]))
    // as it is now: the one before may have been taken back in between
    const { receipts, refused } = await posted(chosen[0].device, acts.filter(act => going.has(act.id)).map(act => act.sealed ? act : { ...act, after: going.get(act.id).after || undefined }))
    if (!receipts && refused && refused.status === 413) return smaller(queue, chosen)
    if (!receipts) return null
    // What is sealed cannot be counted anew: it is refused, and the server keeps it for a steward.
    const sealed = new Set(chosen.filter(entry => entry.envelope).map(entry => entry.id))
    if (receipts.some(receipt => receipt && receipt.reason === "seq-reused" && !sealed.has(receipt.id))) {
      await outbox.renumber()
      return left
    }
    await settle(receipts.filter(Boolean), {})
    for (const entry of chosen) if (going.has(entry.id) && !receipts.some(receipt => receipt && receipt.id === entry.id)) {
      putAside(entry)
      if (entry.owner === here()) await server.regrant(entry.owner)
    }
    return [...left, ...chosen.map(entry => entry.id)]
  }

  // More than the server takes at once: half of it. One act alone that is too much holds up nobody.
  function smaller(queue, chosen) {
    if (chosen.length > 1) return batch(queue.slice(0, queue.indexOf(chosen[chosen.length >> 1])))
    putAside(chosen[0])
    return [chosen[0].id]
  }

  // ---- rounds

  const singly = entry => !entry.envelope && (!entry.owner || entry.files)
  const pressedHere = entry => (live.get(entry.id) || {}).send
  const tried = entry => (aside.get(entry.id) || { until: 0 }).until > ticks()

  // Tried is written before it is so: what may have been sent cannot be taken back.
  async function marked(entries) {
    const ids = new Set(entries.map(entry => entry.id))
    return await outbox.change(acts => {
      const going = acts.filter(one => ids.has(one.id) && one.state === "waiting").map(one => ({ ...one, tries: one.tries + 1, tried_at: Date.now() }))
      return { put: going, answer: going.length && going }
    }) || outbox.triedBeside(ids)
  }

  async function posted(device, acts) {
    const said = await wire.posted(device, acts)
    if (!said.receipts) later(said.refused)
    return said
  }

  function later(answer) {
    if (answer && answer.status === 401) document.dispatchEvent(new CustomEvent("session-over"))
    const asked = answer && answer.headers.get("Retry-After")
    if (asked) quiet = ticks() + Math.min(1000 * asked || Date.parse(asked) - Date.now() || 0, 600000)
  }

  function putAside(entry) {
    const n = (aside.get(entry.id) || { n: 0 }).n + 1
    aside.set(entry.id, { n, until: ticks() + Math.random() * Math.min(SLOWEST, 2000 * 2 ** Math.min(n, 5)) })
  }

  // True for an answer about this act alone, so that those behind it may go.
  const own = answer => answer && (answer.status >= 400 && ![401, 403, 429, 502, 504].includes(answer.status))

  // Answers whether something still waits.
  async function round() {
    const done = new Set()
    let bad = 0
    went = false
    for (;;) {
      const queue = (await outbox.all()).filter(entry => entry.state === "waiting" && !tried(entry) && !done.has(entry.id))
      if (!queue.length) return (await outbox.counts()).waiting > 0
      if (!navigator.onLine) return true
      went = true
      const [first] = queue
      const pressed = live.get(first.id), send = pressed && pressed.send
      if (!send && !singly(first)) {
        const decided = await batch(queue)
        if (!decided) return true
        decided.forEach(id => done.add(id))
        continue
      }
      let answer
      if (send) {
        pressed.send = null
        const [going] = await marked([first])
        answer = going && await send(going, wire.headers(going))
      } else answer = await direct(first)
      const decided = answer && wire.verdict(answer, first.id)
      if (decided && decided.reason === "seq-reused") {
        await outbox.renumber()
        continue
      }
      if (decided) await settle([decided], { [first.id]: answer })
      else {
        later(answer)
        // no session, or another's: her grant may still carry it
        if (send && first.owner && !first.files && answer && [401, 503].includes(answer.status) && ticks() >= quiet) continue
        if (answer !== undefined) putAside(first)
        if (answer !== undefined && (!own(answer) || ++bad > 1)) return true
      }
      done.add(first.id)
    }
  }

  // The only place where an act leaves the phone by itself. `shown`: answers that this page will draw.
  async function settle(receipts, shown) {
    const by = new Map(receipts.map(receipt => [receipt.id, receipt]))
    const paths = {}
    // Whose page draws its answer waits for it from here on, however long the phone takes to write.
    const drawn = new Map(receipts.filter(({ id, state }) => shown[id] && live.has(id) && (state !== "misfit" || live.get(id).stands())).map(({ id }) => [id, live.get(id)]))
    for (const id of drawn.keys()) live.delete(id)
    const kept = one => {
      const { state, trouble = null, reason = null, words = "", received_at = null } = by.get(one.id)
      const now = state === "misfit" ? "refused" : state
      return { ...one, state: now, receipt: { state: now, trouble, reason, words, received_at }, seen: now === "refused" && drawn.has(one.id) }
    }
    await outbox.change(acts => {
      const named = acts.filter(one => by.has(one.id))
      for (const one of named) paths[one.id] = one.path
      const gone = named.filter(one => by.get(one.id).state === "applied" || (by.get(one.id).state === "misfit" && drawn.has(one.id)))
      return { put: named.filter(one => !gone.includes(one)).map(kept), remove: gone.map(one => one.id) }
    })
    for (const [id, pressed] of drawn) pressed.tell({ receipt: by.get(id), response: shown[id] })
    const news = receipts.map(({ id, state, reason, words, to }) => ({ id, path: paths[id], state, reason, words, to, live: drawn.has(id) || answered(id, { receipt: by.get(id) }) }))
    for (const { id } of news) aside.delete(id)
    await outbox.changed(news)
  }

  // Full jitter: phones that failed together do not come back together. What was put aside has had its own.
  function wait() {
    const due = !navigator.onLine ? SLOWEST : went ? Math.random() * Math.min(SLOWEST, 1000 * 2 ** Math.min(failures, 6)) : Math.min(SLOWEST, ...[...aside.values()].map(one => one.until - ticks()))
    clearTimeout(timer)
    timer = setTimeout(drain, Math.max(quiet - ticks(), 250, due))
  }

  function drain() {
    if (running) {
      again = true
      return running
    }
    again = false
    running = (ticks() < quiet ? Promise.resolve(true) : alone(round)).catch(error => {
      outbox.trouble(error)
      return true
    }).then(left => {
      running = null
      if (anew) aside.clear()
      anew = false
      if (again && navigator.onLine && ticks() >= quiet) return drain()
      failures = left ? failures + went : 0
      for (const id of [...live.keys()]) answered(id, { waiting: true })
      if (left || outbox.resting()) wait() // a database that is left alone for a while may hold what nobody counted
    })
    return running
  }

  function answered(id, told) {
    const pressed = live.get(id)
    if (!pressed) return false
    live.delete(id)
    pressed.tell(told)
    return true
  }

  // A press on this page, told after `patience` as what it is by then: { response, receipt } | { receipt } | { waiting } | { already }, with its entry.
  // `stands`: whether the place where its answer would be drawn is still there; a complaint is not drawn where it is not, and what was typed stays on the phone.
  async function press(draft, send, stands, patience = 4000) {
    let told
    const entry = await outbox.put(draft, ({ id, already }) => {
      if (!already) told = new Promise(tell => live.set(id, { send, tell, stands }))
    })
    if (entry.already) {
      drain()
      return { already: true, entry }
    }
    const late = setTimeout(() => answered(entry.id, { waiting: true }), patience)
    if (navigator.onLine) drain()
    else answered(entry.id, { waiting: true })
    const what = await told
    clearTimeout(late)
    return { ...what, entry }
  }

  // ---- when to try

  async function start() {
    await outbox.unshelve()
    const named = outbox.named(), device = await store.get("meta", "device").catch(() => ({}))
    if (named && !device) await lostHere(named).catch(outbox.trouble)
    await outbox.changed()
    if (here()) await server.grant(here())
    come()
  }

  // "lost" until the server has heard of it, "missed" until the person has.
  async function lostHere(lost) {
    await store.put("meta", lost, "lost")
    await store.put("meta", lost, "missed")
    document.dispatchEvent(new Event("phone-lost"))
  }

  // An announcement before the first act: what was pressed under a clock that was set since is sent by the right one.
  async function come() {
    failures = 0
    anew = !!running
    aside.clear()
    const due = here() && navigator.onLine && (await store.get("meta", "lost").catch(() => undefined) || await clock.stale())
    const device = due && await outbox.device()
    if (device) await posted(device.id, []).catch(outbox.trouble)
    const { waiting } = await outbox.counts()
    if (waiting) await drain()
    if (here() && navigator.onLine && ticks() >= quiet) await askAgain().catch(outbox.trouble)
  }

  // What was put aside over there may have been decided since: the same act is answered with what came of it.
  async function askAgain() {
    const held = (await outbox.all()).filter(entry => entry.state === "held" && entry.owner === here() && !entry.envelope && !entry.files)
    for (const device of new Set(held.map(entry => entry.device))) {
      const acts = []
      for (const entry of held.filter(entry => entry.device === device).slice(0, BATCH)) acts.push(await wire.readable(entry))
      const { receipts } = acts.some(Boolean) ? await posted(device, acts.filter(Boolean)) : {}
      if (receipts) await settle(receipts.filter(receipt => receipt && receipt.state !== "held"), {})
    }
  }

  function now() {
    quiet = 0
    anew = !!running
    aside.clear()
    return drain()
  }

  addEventListener("online", come)
  addEventListener("pageshow", event => { if (event.persisted) come() })
  document.addEventListener("visibilitychange", () => { if (!document.hidden) come() })
  queueMicrotask(start)

  return { press, drain: now, lostHere, answered }
})())
