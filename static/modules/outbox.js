// The page of what is on this phone: the server's cards, the phone's acts.
export function attach(place, { ageOf, fill, outbox, store }) {
  const part = name => place.querySelector(`[data-${name}]`)
  const words = place.dataset
  const root = document.documentElement
  const owner = root.dataset.owner

  function card(entry, content) {
    const drawn = document.querySelector(`template[data-entry=${entry.state}]`).content.firstElementChild.cloneNode(true)
    const of = name => drawn.querySelector(`[data-${name}]`)
    drawn.dataset.act = entry.id
    of("says").textContent = (content && content.says) || words.lost
    of("pressed").dateTime = entry.at
    of("pressed").textContent = new Date(entry.pressed).toLocaleTimeString(root.lang, { hour: "2-digit", minute: "2-digit", hour12: false })
    of("age").textContent = ageOf(entry.pressed) + (entry.tries ? " · " + fill(words.tried, entry.tries) : "")
    if (entry.receipt && entry.receipt.words) of("words").textContent = entry.receipt.words
    if (content && content.page) of("page").href = content.page
    else of("page").remove()
    const typed = Object.entries((content && content.form) || {}).filter(([name, values]) => content.labels && content.labels[name] && values.some(value => value))
    const list = of("typed")
    if (typed.length) {
      list.hidden = false
      list.open = entry.state === "refused"
      for (const [name, values] of typed) {
        const [term, value] = [document.createElement("dt"), document.createElement("dd")]
        term.textContent = content.labels[name]
        value.textContent = values.join(", ")
        list.querySelector("dl").append(term, value)
      }
    }
    const back = of("take-back")
    if (back && entry.tries) back.remove()
    return drawn
  }

  let drawing = Promise.resolve()
  const draw = () => { drawing = drawing.then(redraw, redraw) }
  async function redraw() {
    const entries = await outbox.all()
    const mine = entries.filter(entry => entry.owner === owner && !(entry.envelope && entry.state === "waiting"))
    const cards = { waiting: [], attention: [] }
    for (const entry of mine) cards[entry.state === "waiting" ? "waiting" : "attention"].push(card(entry, await outbox.content(entry)))
    for (const [name, made] of Object.entries(cards)) {
      const section = place.querySelector(`[data-part=${name}]`)
      section.hidden = !made.length
      section.querySelector(".cards").replaceChildren(...made)
    }
    const waiting = entries.filter(entry => entry.state === "waiting").length
    const others = entries.filter(entry => entry.state === "waiting" && !mine.includes(entry)).length
    part("number").textContent = waiting
    part("sum").hidden = part("send").hidden = !waiting
    part("other").hidden = !others
    part("other").textContent = fill(words.others, others)
    part("none").hidden = mine.length + others > 0
    part("actions").hidden = part("rescue-how").hidden = !entries.length
    const code = await store.get("meta", "code")
    if (code) part("code").textContent = code
  }

  async function send(button) {
    button.setAttribute("aria-disabled", "true")
    await outbox.drain()
    button.removeAttribute("aria-disabled")
    const { waiting } = await outbox.counts()
    part("said").hidden = false
    part("said").textContent = waiting ? fill(words.unsent, waiting) : words.sent
  }

  // Readable by the server alone; where this browser cannot seal, in plain: she was told what is in it.
  async function rescue() {
    const made = new Date()
    const device = await store.get("meta", "device")
    const acts = []
    for (const entry of await outbox.all()) {
      if (entry.state !== "waiting" && (entry.state !== "refused" || entry.owner !== owner)) continue
      const one = await outbox.rescued(entry)
      if (one.sealed || entry.owner === owner) acts.push(one) // of another person nothing that can be read here
    }
    const text = JSON.stringify({ format: "lastmetre-rescue", version: 1, device: device && device.id, made_at: made.toISOString(), acts })
    const link = document.createElement("a")
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }))
    link.download = `${words.file}-${made.toISOString().slice(0, 16).replace(/[:T]/g, "-")}.json`
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 60000)
  }

  const pressed = event => {
    const button = event.target.closest("button")
    const act = button && button.closest("[data-act]")
    if (!button || button.getAttribute("aria-disabled")) return
    if (button.matches("[data-send]")) send(button)
    else if (button.matches("[data-rescue]")) rescue()
    else if (button.matches("[data-take-back]")) outbox.take_back(act.dataset.act).then(draw)
    else if (button.matches("[data-dismiss]")) outbox.dismiss(act.dataset.act).then(draw)
  }
  place.addEventListener("click", pressed)
  document.addEventListener("queue", draw)
  const timer = setInterval(draw, 60000)
  draw()
  return () => {
    place.removeEventListener("click", pressed)
    document.removeEventListener("queue", draw)
    clearInterval(timer)
  }
}
