// Shows where each act on this page is: on this phone, or received and what came of it. All words come from the page.
const parts = () => document.getElementById("outbox-words")
const drawnFrom = name => parts().content.querySelector(`[data-part=${name}]`).cloneNode(true)
const painted = new Map()

function sayInToast(name, words, tone) {
  const toast = document.getElementById("toast")
  if (!toast || !parts()) return
  const drawn = drawnFrom(name === "needs" ? name : tone || "toast")
  drawn.querySelector("[data-words]").textContent = words || parts().dataset[name]
  toast.replaceChildren(drawn)
}

// What a press came to where no answer of the server draws it.
let saved
function showState(form, { already, failed, receipt, entry }) {
  const sheet = form.closest("details.sheet")
  if (failed) return sayInToast("failed", "", "alarm")
  if (receipt) return receipt.state === "refused" || receipt.state === "misfit" ? sayInToast("refused", receipt.words, "alarm") : redraw([form])
  if (sheet) sheet.open = false
  if (already || form.closest("[data-thing], [data-panel]") || form.hasAttribute("hx-post")) return sayInToast(already ? "already" : "saved")
  const page = document.querySelector("#main .page") || document.getElementById("main")
  const drawn = drawnFrom("saved")
  drawn.querySelector("[data-fresh]").hidden = !navigator.onLine
  drawn.querySelector("[data-look]").hidden = !(navigator.serviceWorker && navigator.serviceWorker.controller) && !navigator.onLine
  page.replaceChildren(drawn)
  drawn.querySelector("h1").focus()
  saved = { id: entry && entry.id, drawn }
}

// The page of what was kept says what came of it.
function afterwards({ id, state, words, to }) {
  if (!saved || saved.id !== id || !saved.drawn.isConnected) return
  const good = state === "applied", now = drawnFrom(good ? "saved-received" : "saved-attention"), go = now.querySelector("a")
  if (!good && words) now.querySelector("[data-words]").textContent = words
  if (good && to) go.href = to
  else if (good) go.remove()
  saved.drawn.replaceWith(now)
  now.querySelector("h1").focus()
}

function ageOf(pressed) {
  const minutes = Math.max(0, Math.floor((Date.now() - pressed) / 60000)), words = parts().dataset
  if (minutes < 1) return words.just
  if (minutes < 60) return fill(words.minutes, minutes)
  return minutes < 1440 ? fill(words.hours, Math.floor(minutes / 60)) : fill(words.days, Math.floor(minutes / 1440))
}

function paint(form, entry) {
  const thing = form.closest("[data-thing]") || form
  let note = painted.get(entry.id)
  if (!note || !note.isConnected) {
    note = drawnFrom("note")
    note.querySelector("button").addEventListener("click", async () => { if (await outbox.take_back(entry.id)) sayInToast("taken", "", "calm") })
    painted.set(entry.id, note)
    thing.append(note)
    thing.dataset.waits = entry.id
    outbox.content(entry).then(content => { note.querySelector("[data-says]").textContent = content ? content.says.split(" · ").pop() : "" }).catch(() => {})
    if (form.dataset.act === "once") for (const other of thing.matches("form") ? [thing] : thing.querySelectorAll("form:not([data-act=alone])")) {
      const sheet = other.closest("details.sheet")
      if (sheet && thing.contains(sheet)) sheet.inert = true
      if (other.contains(document.activeElement)) {
        note.tabIndex = -1
        note.focus({ preventScroll: true })
      }
      for (const part of other.children) if (part !== note) part.inert = true
    }
  }
  note.querySelector("[data-age]").textContent = ageOf(entry.pressed)
  note.querySelector("button").hidden = entry.tries > 0
}

function unpaint(id) {
  const note = painted.get(id)
  painted.delete(id)
  const thing = note.closest("[data-waits]")
  note.remove()
  if (!thing) return null
  delete thing.dataset.waits
  for (const part of thing.querySelectorAll("[inert]")) part.inert = false
  return thing
}

let painting, repaintAsked
function repaint() {
  if (painting) {
    repaintAsked = true
    return painting
  }
  painting = (async () => {
    do {
      repaintAsked = false
      const waiting = new Map((await outbox.all()).filter(entry => entry.state === "waiting" && entry.owner === root.dataset.owner).map(entry => [entry.id, entry]))
      const done = [...painted.keys()].filter(id => !waiting.has(id)).map(id => unpaint(id)).filter(thing => thing && thing.isConnected)
      if (parts() && waiting.size) {
        // By id; in a page drawn since, by path.
        const forms = [...document.querySelectorAll("form[data-act]:not([data-act=alone])")]
        for (const entry of waiting.values()) {
          const same = forms.filter(form => pathOf(form) === entry.path)
          const form = same.find(form => form.elements.act && form.elements.act.value === entry.id) || same.find(form => form.closest("[data-thing]"))
          if (form) paint(form, entry)
        }
      }
      if (done.length) await redraw(done)
    } while (repaintAsked)
  })().finally(() => { painting = null })
  return painting
}

// The thing as the server draws it now: this page once more, and of it the elements with the same ids.
async function redraw(all) {
  const things = all.filter(thing => {
    const panel = thing.isConnected && thing.closest("[data-panel]")
    if (panel) panel.dispatchEvent(new Event("stale"))
    return !panel
  })
  if (!things.length) return
  const ids = new Set(things.filter(thing => thing.isConnected).map(thing => (thing.closest("[data-thing][id]") || thing.closest("#main [id]") || { id: "main" }).id))
  const page = new URL(location.href)
  page.searchParams.delete("did")
  const answer = navigator.onLine && await fetch(page, { redirect: "error" }).catch(() => null)
  if (!answer || !answer.ok) return
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html")
  if (fresh.documentElement.dataset.owner !== root.dataset.owner) return
  for (const old of document.querySelectorAll("#main [data-thing][id], #main [data-sum][id]")) if (changed(old, fresh.getElementById(old.id))) ids.add(old.id)
  for (const id of ids) {
    const old = document.getElementById(id), drawn = fresh.getElementById(id)
    if (!old) continue
    if (!drawn) old.remove()
    else {
      old.replaceWith(drawn)
      if (window.htmx) htmx.process(drawn)
    }
  }
}

// Counts move with what was received; what is in her hands stays.
function changed(old, drawn) {
  if (!drawn || old.matches("[data-waits]") || old.contains(document.activeElement)) return false
  if (old.querySelector("[data-waits], [data-typed], details[open], a[href^='tel:']")) return false
  return old.textContent.replace(/\s+/g, "") !== drawn.textContent.replace(/\s+/g, "")
}

// What was decided while nobody's answer drew it, said once for all that came together.
let heard = [], saying
document.addEventListener("receipt", ({ detail }) => {
  afterwards(detail)
  if (detail.live) return
  heard.push(detail)
  clearTimeout(saying)
  saying = setTimeout(() => {
    const told = heard
    heard = []
    const bad = told.filter(one => one.state !== "applied")
    if (!parts()) return
    if (bad.length) sayInToast("attention", told.length === 1 && bad[0].words ? bad[0].words : fill(parts().dataset.attention, bad.length), "alarm")
    else sayInToast("sent", fill(parts().dataset.sent, told.length), "calm")
  }, 400)
})

document.addEventListener("queue", repaint)
behaviour("waiting", () => { repaint() }, "form[data-act]")
setInterval(() => { if (painted.size) repaint() }, 60000)
