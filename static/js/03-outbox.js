// Every act lies here before it is sent, and leaves on a receipt that names it. Nothing else removes it.
const outbox = (() => {
  const SHELF = "lastmetre.acts", REST = 30000
  const told = "BroadcastChannel" in window && new BroadcastChannel("outbox")
  const point = () => document.querySelector("meta[name=outbox-key]").content
  const here = () => root.dataset.owner
  const ticks = () => performance.now() // however the phone's clock is set
  let resting = 0 // until when a database that failed is left alone
  let last = [] // what it held when it last answered

  // Where the database fails for good, words still fit into the other storage.
  const shelf = {
    read() {
      try { return JSON.parse(localStorage.getItem(SHELF)) || { acts: [] } } catch { return { acts: [] } }
    },
    write: kept => localStorage.setItem(SHELF, JSON.stringify(kept)),
  }

  function trouble(error) {
    const reason = error.name === "QuotaExceededError" ? "full" : "broken"
    if (reason === "broken") resting = ticks() + REST
    document.dispatchEvent(new CustomEvent("store-trouble", { detail: { reason, name: error.name } }))
  }

  const inOrder = (a, b) => a.device === b.device ? a.seq - b.seq : a.pressed - b.pressed

  // `work` gets the acts and the device as they are and answers what shall be: { put, remove, device, answer }.
  function inDatabase(work) {
    if (ticks() < resting) return Promise.reject(new DOMException("resting", "UnknownError"))
    return store.write(["acts", "meta"], async tx => {
      const acts = tx.objectStore("acts"), meta = tx.objectStore("meta")
      const [kept, device] = [await store.asked(acts.getAll()), await store.asked(meta.get("device"))]
      const wanted = work(kept.sort(inOrder), device)
      for (const entry of wanted.put || []) acts.put(entry)
      for (const id of wanted.remove || []) acts.delete(id)
      if (wanted.device) meta.put(wanted.device, "device")
      return wanted.answer
    })
  }

  function onShelf(work) {
    const kept = shelf.read()
    const wanted = work(kept.acts.sort(inOrder), kept.device)
    const gone = new Set([...(wanted.remove || []), ...(wanted.put || []).map(entry => entry.id)])
    shelf.write({ ...kept, acts: [...kept.acts.filter(entry => !gone.has(entry.id)), ...(wanted.put || [])], device: wanted.device || kept.device })
    return wanted.answer
  }

  // Null where the database does not answer.
  async function lying() {
    if (ticks() < resting) return null
    try { return last = await store.all("acts") } catch (error) { trouble(error) }
    return null
  }

  async function all() {
    const { acts, tried = [] } = shelf.read()
    return [...await lying() || [], ...acts].map(one => tried.includes(one.id) ? { ...one, tries: one.tries || 1 } : one).sort(inOrder)
  }

  // No room even for the word that an act is tried: that stands in the other storage, first, and the act goes. Nothing else would make room.
  async function triedBeside(ids) {
    const kept = shelf.read()
    try { shelf.write({ ...kept, tried: [...new Set([...kept.tried || [], ...ids])].slice(-500) }) } catch { return [] }
    return (await all()).filter(one => ids.has(one.id) && one.state === "waiting")
  }

  // In both places; an act lies in one of them.
  async function change(work) {
    const shelved = shelf.read().acts.length ? onShelf(work) : undefined
    try { return await inDatabase(work) || shelved } catch (error) { if (ticks() >= resting) trouble(error) } // one that rests is not at fault anew
    return shelved
  }

  // What a database held that does not answer is still there, and still counts.
  async function counts() {
    const entries = [...await lying() || last, ...shelf.read().acts]
    const waiting = entries.filter(entry => entry.state === "waiting")
    const held = entries.filter(entry => entry.state !== "waiting" && !entry.seen && entry.owner === here())
    return { waiting: waiting.length, held: held.length, oldest: waiting.length ? Math.min(...waiting.map(entry => entry.pressed)) : null }
  }

  async function deviceNow() {
    try { return await store.get("meta", "device") } catch { return shelf.read().device }
  }

  const newDevice = () => ({ id: crypt.mint(), seq: 0 })

  async function device() {
    return await deviceNow() || change((_, known) => {
      const made = known || newDevice()
      return { device: made, answer: made }
    })
  }

  // The cookie outlives an emptied storage: that is how a wiped phone is noticed.
  async function changed(receipts = []) {
    const now = await counts(), known = await deviceNow()
    if (known) document.cookie = `outbox=${known.id}.${known.seq}.${now.waiting}; path=/; max-age=31536000; samesite=lax` + (location.protocol === "https:" ? "; secure" : "")
    if (told) told.postMessage({ receipts: receipts.map(receipt => ({ ...receipt, live: false })) })
    tell(now, receipts)
  }

  function named() {
    const found = document.cookie.match(/(?:^|; )outbox=([\w-]+)\.(\d+)\.(\d+)/)
    return found && { device: found[1], last: Number(found[2]), waiting: Number(found[3]) }
  }

  function tell(now, receipts) {
    for (const receipt of receipts) document.dispatchEvent(new CustomEvent("receipt", { detail: receipt }))
    document.dispatchEvent(new CustomEvent("queue", { detail: now }))
  }

  if (told) told.onmessage = async ({ data }) => {
    if (!data.receipts) return
    for (const receipt of data.receipts) receipt.live = outbox.answered(receipt.id, { receipt })
    tell(await counts(), data.receipts)
  }

  // What an act is about, for the order: a run's act also waits for those of its stops, and theirs for it.
  const thingOf = path => (path.match(/^(\/runs\/[^/]+\/stops\/[^/]+|\/track\/need\/[^/]+|\/[^/]+\/[^/]+)(?=\/|$)/) || [path])[0]
  const about = one => one.thing || thingOf(one.path)
  const within = (one, other) => one === other || (/^\/[^/]+\/[^/]/.test(other) && one.startsWith(`${other}/`))
  const related = (one, other) => within(one, other) || within(other, one)

  async function packed({ files, ...content }) {
    for (const [name, file] of Object.entries(files || {})) {
      content.files = { ...content.files, [name]: { name: file.name, type: file.type, data: crypt.toText(new Uint8Array(await file.arrayBuffer())) } }
    }
    return content
  }

  // `draft`: { id, path, thing, content, owner }; `thing`: the path that it is about, where its own does not say. Answers the entry once it lies on the phone for good; `already` in it says that the same act is on its way.
  // `lies` hears of it before anybody is told: whoever sends next finds it with the page that it was pressed on.
  async function put(draft, lies = () => {}) {
    const owner = draft.owner === undefined ? here() : draft.owner
    const content = await packed(draft.content)
    const measured = await store.get("meta", "offset").catch(() => undefined)
    const now = new Date()
    const entry = { owner, path: draft.path, thing: draft.thing || thingOf(draft.path), at: localTime(now), offset: measured ? measured.ms : null, pressed: now.getTime(), state: "waiting", tries: 0, tried_at: null, receipt: null, seen: false, files: !!content.files }

    // The same act again: what was never sent is replaced, what may be under way stays as it is, what was refused becomes a new act.
    const placed = lying => (acts, known) => {
      const same = acts.find(one => one.id === draft.id)
      if (same && same.state === "waiting" && !same.tries) {
        const again = { ...same, at: entry.at, pressed: entry.pressed, ...lying }
        return { put: [again], answer: again }
      }
      if (same && same.state !== "refused") return { answer: { ...same, already: true } }
      const before = acts.filter(one => one.state === "waiting" && one.owner === owner && related(about(one), entry.thing)).pop()
      const given = known || newDevice()
      const made = { ...entry, ...lying, id: same ? crypt.mint() : draft.id, device: given.id, seq: given.seq + 1, after: before ? before.id : null }
      return { put: [made], device: { ...given, seq: made.seq }, answer: made }
    }

    let made
    try {
      const box = ticks() < resting ? null : await crypt.close(owner, content)
      made = await inDatabase(placed(box ? { box } : { plain: content }))
      // emptied under an open page: the first act of a new count, while the cookie still knows the old one
      const old = named()
      if (made.seq === 1 && !made.already && old && old.device !== made.device) await outbox.lostHere(old).catch(trouble)
    } catch (error) {
      if (ticks() >= resting) trouble(error)
      if (content.files) throw error
      made = onShelf(placed({ plain: content }))
      await sealOnShelf(made)
    }
    lies(made)
    await changed()
    return made
  }

  async function sealOnShelf(entry) {
    const envelope = !entry.already && entry.owner && crypt.works && await sealed(entry)
    if (envelope) onShelf(acts => ({ put: acts.filter(one => one.id === entry.id).map(({ plain, ...one }) => ({ ...one, envelope })) }))
  }

  async function content(entry) {
    if (entry.plain) return entry.plain
    try { return entry.box && await crypt.open(entry.owner, entry.box) } catch { return undefined }
  }

  // For the server's eyes alone, complete enough to be posted by anybody; null where it has no grant or cannot be opened here.
  async function sealed(entry) {
    const [kept, grant] = [await content(entry), await server.grant(entry.owner)]
    if (!kept || kept.files || !grant || !crypt.works || !point()) return null
    const { seq, at, offset, path, after, device } = entry
    return crypt.toServer(point(), entry.id, { seq, at, offset, path, form: kept.form, grant, after: after || undefined, device })
  }

  async function rescued(entry) {
    const envelope = entry.envelope || await sealed(entry)
    if (envelope) return { id: entry.id, sealed: envelope }
    const { id, seq, device, at, offset, path, after } = entry
    return { id, seq, device, at, offset, path, after, form: ((await content(entry)) || {}).form }
  }

  const only = (test, then) => async id => {
    const found = await change((acts, known) => acts.some(one => one.id === id && test(one)) ? then(acts.find(one => one.id === id), known, acts) : {})
    await changed()
    return !!found
  }
  // The device counts what it took back, or its number would look lost on the way.
  // What named it as the one before waits for the one before that, or for nobody.
  const take_back = only(one => one.state === "waiting" && !one.tries && !(shelf.read().tried || []).includes(one.id), (one, known, acts) => ({ remove: [one.id], put: acts.filter(next => next.after === one.id).map(next => ({ ...next, after: one.after })), device: known && { ...known, dropped: (known.dropped || 0) + 1 }, answer: true }))
  const dismiss = only(one => one.state !== "waiting", one => ({ remove: [one.id], answer: true }))
  const seen = only(one => one.state !== "waiting", one => ({ put: [{ ...one, seen: true }], answer: true }))

  // { id: envelope } for acts whose owner leaves this phone: from here on the server alone can read them.
  async function enclose(envelopes) {
    await change(acts => ({ put: acts.filter(one => one.state === "waiting" && envelopes[one.id]).map(({ box, plain, ...one }) => ({ ...one, envelope: envelopes[one.id] })) }))
    server.forget()
    await changed()
  }

  // What lay in the other storage goes back into the database, at its end.
  async function unshelve() {
    if (!shelf.read().acts.length) return
    let home = new Map()
    await inDatabase((_, known) => {
      const given = { ...(known || newDevice()) }, kept = shelf.read().acts
      home = new Map(kept.map(one => [one.id, one.at]))
      return { put: kept.map(one => one.envelope ? one : { ...one, device: given.id, seq: ++given.seq }), device: given }
    }).then(() => onShelf(acts => ({ remove: acts.filter(one => home.get(one.id) === one.at).map(one => one.id) })), trouble) // what another tab laid there meanwhile stays
  }

  // A restored or copied profile counts with a name that was used before: a new name for the same acts. The grants stay good,
  // and whose session is over gets no other.
  async function renumber() {
    await change(acts => {
      const made = newDevice()
      return { put: acts.filter(one => one.state === "waiting" && !one.envelope).map(one => ({ ...one, device: made.id, seq: ++made.seq })), device: made }
    })
    await changed()
  }

  return { put, named, resting: () => ticks() < resting, all, counts, content, sealed, rescued, take_back, dismiss, seen, enclose, change, changed, device, unshelve, renumber, triedBeside, trouble }
})()
