// What was typed and not sent outlives a reload, and a browser that was killed. A helper's lies sealed; a resident's goes with her tab.
behaviour("draft", form => {
  const mine = root.dataset.owner
  const LIFE = 12 * 3600000
  const name = `draft ${mine} ${location.pathname} ${form.getAttribute("action")}`
  const fields = [...form.elements].filter(field => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type) && field.type !== undefined)
  // the browser's own memory of a form lies open in its files, where signing out does not reach
  if (mine) form.autocomplete = "off"
  if (form.dataset.act === "alone" || !fields.some(field => field.matches("textarea"))) return
  const chosen = field => ["radio", "checkbox"].includes(field.type)
  let timer, sent

  const typed = () => fields.map(field => [field.name, chosen(field) ? field.value : "", chosen(field) ? field.checked : field.value])
  const born = JSON.stringify(typed())

  async function keep() {
    if (sent || JSON.stringify(typed()) === born) return drop()
    if (!mine) return sessionStorage.setItem(name, JSON.stringify(typed()))
    const box = await crypt.close(mine, typed())
    if (box) await store.put("meta", { ...box, at: Date.now() }, name)
  }

  async function kept() {
    if (!mine) return JSON.parse(sessionStorage.getItem(name))
    const box = await store.get("meta", name)
    if (box && Date.now() - box.at > LIFE) return drop()
    return box && crypt.open(mine, box)
  }

  function drop() {
    if (!mine) return sessionStorage.removeItem(name)
    return store.remove("meta", name)
  }

  async function bring() {
    const before = await kept()
    // a form that comes back with what was typed, or where she has begun again, stays as it is
    if (!before || JSON.stringify(typed()) !== born || fields.some(field => field.matches("textarea") && field.value)) return
    for (const [label, value, state] of before) {
      const field = fields.find(one => one.name === label && (!chosen(one) || one.value === value))
      if (!field) continue
      if (chosen(field)) field.checked = state
      else field.value = state
    }
    const line = document.querySelector("#phone template[data-note=draft]").content.firstElementChild.cloneNode(true)
    line.querySelector("[data-empty]").addEventListener("click", async () => {
      form.reset()
      await drop()
      line.remove()
      fields.find(field => field.matches("textarea")).focus()
    })
    form.prepend(line)
  }

  const later = () => {
    clearTimeout(timer)
    timer = setTimeout(() => keep().catch(() => {}), 300)
  }
  const hurry = () => {
    if (!timer) return
    clearTimeout(timer)
    timer = null
    keep().catch(() => {})
  }
  const end = () => {
    clearTimeout(timer)
    Promise.resolve().then(drop).catch(() => {})
  }
  // Pressed: from then on it lies in the outbox.
  const pressed = () => { sent = form.elements.act && form.elements.act.value }
  const queued = async () => {
    if (!sent || !(await outbox.all()).some(entry => entry.id === sent)) return
    end()
  }
  const received = event => {
    if (event.detail.id === sent) end()
  }
  form.addEventListener("input", later)
  form.addEventListener("submit", pressed)
  document.addEventListener("visibilitychange", hurry)
  document.addEventListener("queue", queued)
  document.addEventListener("receipt", received)
  bring().catch(() => {})
  return () => {
    clearTimeout(timer)
    document.removeEventListener("visibilitychange", hurry)
    document.removeEventListener("queue", queued)
    document.removeEventListener("receipt", received)
  }
}, "form[data-act]")
