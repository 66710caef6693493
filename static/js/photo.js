// A photo goes after its act: made small here, kept closed with its owner's key, sent in pieces. It leaves the phone when the server has all of it.
const photos = (() => {
  const PIECE = 65536, DAY = 86400000, SLOWEST = 300000
  const SIZES = [[1280, .7], [960, .6], [640, .5], [400, .4]]
  const here = () => root.dataset.owner
  const pathOf = id => `/photos/${id}/pieces`
  let failures = 0, timer, running, again

  const all = () => store.all("photos").catch(() => [])
  const forget = id => store.remove("photos", id).catch(outbox.trouble)

  // Drawing it anew leaves behind what the camera noted, the place above all.
  async function smaller(file, edge, quality) {
    const image = await createImageBitmap(file)
    const scale = Math.min(1, edge / Math.max(image.width, image.height))
    const canvas = document.createElement("canvas")
    canvas.width = Math.max(1, Math.round(image.width * scale))
    canvas.height = Math.max(1, Math.round(image.height * scale))
    const paper = canvas.getContext("2d")
    paper.fillStyle = "#fff"
    paper.fillRect(0, 0, canvas.width, canvas.height)
    paper.drawImage(image, 0, 0, canvas.width, canvas.height)
    image.close()
    return new Promise((ok, no) => canvas.toBlob(blob => blob ? ok(blob) : no(new Error("no picture")), "image/jpeg", quality))
  }

  const sum = async bytes => crypt.works ? [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map(n => n.toString(16).padStart(2, "0")).join("") : ""

  // Where the room is short it becomes smaller still. Throws `unreadable` for what is no picture, `full` where even that has no room.
  async function keep(file, act, path) {
    for (const [edge, quality] of SIZES) {
      const blob = await smaller(file, edge, quality).catch(() => { throw new Error("unreadable") })
      const bytes = new Uint8Array(await blob.arrayBuffer())
      try {
        const box = await crypt.close(here(), bytes) || { data: bytes }
        const photo = { id: crypt.mint(), act, owner: here(), about: { path }, size: bytes.length, sha: await sum(bytes), pressed: false, at: Date.now(), ...box }
        await store.put("photos", photo)
        return { ...photo, blob }
      } catch (error) {
        if (error.name !== "QuotaExceededError") break
      }
    }
    throw new Error("full")
  }

  const opened = async photo => photo.iv ? crypt.open(photo.owner, photo) : photo.data

  async function change(id, what) {
    await store.write(["photos"], async tx => {
      const kept = await store.asked(tx.objectStore("photos").get(id))
      if (kept) tx.objectStore("photos").put({ ...kept, ...what })
    }).catch(outbox.trouble)
  }

  // ---- sending, one photo after the other, one sender over all tabs

  const places = id => document.querySelectorAll(`[data-photo="${id}"]`)

  function show(photo, offset) {
    for (const place of places(photo.id)) {
      const line = place.querySelector("[data-way]")
      if (line) line.textContent = fill(fill(place.dataset.parts, Math.floor(offset / PIECE) + 1), Math.ceil(photo.size / PIECE))
    }
  }

  async function done(photo) {
    await forget(photo.id)
    for (const place of places(photo.id)) place.dispatchEvent(new Event("came"))
  }

  // Acts are words and go first; one that is stuck holds up no photo.
  const actsFirst = async () => (await outbox.all()).some(act => act.state === "waiting" && act.tries < 5)

  // Answers whether it is to be tried again soon.
  async function send(photo) {
    const grant = await server.grant(photo.owner)
    if (!grant && photo.owner !== here()) return false
    const bytes = await opened(photo)
    if (!bytes) return lose(photo)
    const headers = grant ? { "X-Grant": grant } : {}
    let answer = await server.ours(pathOf(photo.id), { method: "GET", headers })
    for (;;) {
      if (!answer) return true
      const offset = answer.headers.get("Upload-Offset")
      if (answer.status === 404) {
        if (Date.now() - photo.at > (photo.pressed ? 7 : 1) * DAY) await forget(photo.id)
        return false
      }
      if (answer.status === 422) return lose(photo)
      if (offset === null || ![204, 409].includes(answer.status)) return true
      if (answer.headers.has("Upload-Over")) {
        await done(photo)
        return false
      }
      if (await actsFirst()) return true
      const at = Number(offset)
      show(photo, at)
      answer = await server.ours(pathOf(photo.id), { headers: { ...headers, "Upload-Offset": offset }, body: bytes.slice(at, at + PIECE) })
    }
  }

  // It cannot be opened any more: the server is told, so that nobody waits for it.
  async function lose(photo) {
    if (photo.pressed && photo.owner === here()) {
      const told = await server.ours(`/photos/${photo.id}/lost`, { body: new URLSearchParams({ act: crypt.mint() }), headers: { "X-Act-Reply": "to" } })
      if (!told || ![204, 404].includes(told.status)) return true
    }
    await done(photo)
    return false
  }

  async function round() {
    const acts = new Map((await outbox.all()).map(act => [act.id, act.state]))
    const kept = (await all()).filter(photo => !["waiting", "refused"].includes(acts.get(photo.act))).sort((a, b) => a.at - b.at)
    if (!kept.length) return false
    if (!navigator.onLine || await actsFirst()) return true
    let left = false
    for (const photo of kept) {
      if (!await send(photo)) continue
      left = true
      if (!navigator.onLine || await actsFirst()) break
    }
    return left
  }

  const alone = work => navigator.locks ? navigator.locks.request("photos", { ifAvailable: true }, lock => lock ? work() : true) : work()

  function drain() {
    again = !!running
    if (running) return running
    clearTimeout(timer)
    running = alone(round).catch(() => true).then(left => {
      running = null
      if (again) return drain()
      failures = left ? failures + 1 : 0
      if (left) timer = setTimeout(drain, 500 + Math.random() * Math.min(SLOWEST, 1000 * 2 ** Math.min(failures, 9)))
    })
    return running
  }

  function come() {
    failures = 0
    return drain()
  }

  // ---- at sign-out

  const pending = async () => (await all()).filter(photo => photo.owner === here() && photo.pressed).length

  // Until all have gone, or `patience` passed in which none went.
  async function flush(patience) {
    let left = await pending(), until = Date.now() + patience
    while (left && navigator.onLine && Date.now() < until) {
      await Promise.race([come(), new Promise(go => setTimeout(go, until - Date.now()))])
      const now = await pending()
      if (now < left) until = Date.now() + patience
      else await new Promise(go => setTimeout(go, 300))
      left = now
    }
    return left
  }

  // Photos of these owners leave the phone unsent: the next person must not hold pictures of doors. An hour later they show as missing.
  async function drop(theirs) {
    for (const photo of await all()) if (theirs(photo.owner)) await forget(photo.id)
  }

  document.addEventListener("receipt", come)
  addEventListener("online", come)
  addEventListener("pageshow", event => { if (event.persisted) come() })
  document.addEventListener("visibilitychange", () => { if (!document.hidden) come() })
  queueMicrotask(() => { if (here()) come() })

  return { keep, all, opened, change, forget, drain: come, pending, flush, drop }
})()

behaviour("photo", place => {
  const form = place.closest("form"), input = place.querySelector("input[type=file]"), says = place.querySelector("[role=status]")
  const chosen = place.querySelector(".photo-chosen"), image = chosen.querySelector("img"), label = place.querySelector("label")
  const path = new URL(form.getAttribute("action"), location.href).pathname
  const act = () => form.querySelector("input[name=act]").value
  let photo = null, working = null

  // The file stays here; the act says only that a photo follows.
  form.enctype = "application/x-www-form-urlencoded"
  input.removeAttribute("name")

  function set(made, blob) {
    photo = made
    for (const old of form.querySelectorAll("input[data-photo-field]")) old.remove()
    URL.revokeObjectURL(image.src)
    image.removeAttribute("src")
    chosen.hidden = !made
    label.hidden = !!made
    input.value = ""
    if (!made) return
    image.src = URL.createObjectURL(blob)
    for (const [name, value] of [["photo", made.id], ["photo_size", made.size], ["photo_sha", made.sha]]) {
      const field = Object.assign(document.createElement("input"), { type: "hidden", name, value })
      field.dataset.photoField = ""
      place.append(field)
    }
  }

  async function choose() {
    const [file] = input.files
    if (!file) return
    says.textContent = place.dataset.busy
    try {
      const { blob, ...made } = await photos.keep(file, act(), path)
      set(made, blob)
      says.textContent = ""
    } catch (error) {
      set(null)
      says.textContent = error.message === "full" ? place.dataset.full : /hei[cf]/i.test(file.type + file.name) ? place.dataset.heic : place.dataset.unreadable
    }
  }

  async function remove() {
    const gone = photo
    set(null)
    label.hidden = false
    input.focus()
    if (gone) await photos.forget(gone.id)
  }

  // A photo that was taken and not sent off yet is still there when the stop is drawn again.
  async function restore() {
    const kept = (await photos.all()).find(one => one.owner === root.dataset.owner && one.about.path === path && (one.act === act() || !one.pressed))
    const bytes = kept && !photo && !working && await photos.opened(kept)
    if (!bytes || !place.isConnected || photo) return
    if (kept.act !== act()) await photos.change(kept.id, { act: act() })
    set(kept, new Blob([bytes], { type: "image/jpeg" }))
  }

  // A tap while the photo is being made small waits for it.
  const pressed = event => {
    if (event.target !== form) return
    if (working) {
      event.preventDefault()
      event.stopImmediatePropagation()
      working.then(() => form.isConnected && form.requestSubmit(event.submitter))
    } else if (photo) photos.change(photo.id, { act: act(), pressed: true })
  }
  const changed = () => {
    working = choose().finally(() => { working = null })
  }
  input.addEventListener("change", changed)
  place.querySelector("[data-remove]").addEventListener("click", remove)
  addEventListener("submit", pressed, true)
  restore()
  return () => {
    removeEventListener("submit", pressed, true)
    URL.revokeObjectURL(image.src)
  }
})

// A page may have been drawn before its photo came or was lost: where this phone holds none of it any more, it asks once how it stands.
const askedFor = new Set()
behaviour("photo-way", place => {
  const id = place.dataset.photo
  photos.drain().then(photos.all).then(lying => {
    if (askedFor.has(id) || lying.some(photo => photo.id === id)) return
    askedFor.add(id)
    place.dispatchEvent(new Event("came"))
  })
})
