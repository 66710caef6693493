// Signing out: first what waits is sent, with words; what cannot be sent is told, and stays sealed. The form alone works without this.
behaviour("sign-out", form => {
  const PATIENCE = 10000
  const dialog = document.getElementById("leaving")
  const sheet = form.closest("details.sheet")
  let turn = 0

  function show(step, ...numbers) {
    for (const part of dialog.querySelectorAll("[data-step]")) part.hidden = part.dataset.step !== step
    dialog.querySelectorAll(`[data-step=${step}] [data-fill]`).forEach((line, n) => {
      line.dataset.words = line.dataset.words || line.textContent
      line.textContent = step === "sending" ? numbers.reduce(fill, line.dataset.words) : fill(line.dataset.words, numbers[n])
    })
    if (dialog.open) return
    if (sheet) sheet.open = false
    if (dialog.showModal) dialog.showModal()
    else dialog.setAttribute("open", "")
    dialog.querySelector("h2").focus()
  }

  const shut = () => {
    turn += 1
    if (dialog.close) dialog.close()
    else dialog.removeAttribute("open")
    delete form.dataset.sent
    if (sheet) sheet.querySelector("summary").focus()
  }

  // Until all is gone, or ten seconds passed in which none went.
  async function send(mine) {
    let left = (await phoneOf.waiting()).length
    const total = left
    let until = Date.now() + PATIENCE
    while (left && navigator.onLine && Date.now() < until && mine === turn) {
      show("sending", Math.min(total - left + 1, total), total)
      await Promise.race([outbox.drain(), new Promise(go => setTimeout(go, until - Date.now()))])
      const now = (await phoneOf.waiting()).length
      if (now < left) until = Date.now() + PATIENCE
      else await new Promise(go => setTimeout(go, 500))
      left = now
    }
    return left
  }

  async function start(looked) {
    const mine = ++turn
    const left = await send(mine)
    if (mine !== turn) return
    const held = (await outbox.all()).filter(entry => entry.owner === phoneOf.mine && entry.state !== "waiting" && !entry.seen).length
    if (held && !looked) return show("attention", held)
    const unsent = await sendPhotos(left, mine)
    if (mine !== turn) return
    await tellPhotos()
    if (!left && navigator.onLine) return unsent ? show("photos") : leave()
    if (!left) return show("offline")
    const seals = crypt.works && await server.grant(phoneOf.mine)
    const open = seals ? (await phoneOf.waiting()).filter(entry => entry.files).length : left
    if (open) show("open", left, open)
    else show("seal", left)
  }

  // Acts go first, photos after them. Answers how many stay behind.
  async function sendPhotos(left) {
    const waiting = await photos.pending()
    if (left || !waiting) return waiting
    show("sending", 1, waiting)
    return photos.flush(PATIENCE)
  }

  async function tellPhotos() {
    const unsent = await photos.pending()
    for (const line of dialog.querySelectorAll("[data-photos]")) {
      line.dataset.words = line.dataset.words || line.textContent
      line.hidden = !unsent
      line.textContent = fill(line.dataset.words, unsent)
    }
  }

  async function leave() {
    try {
      await phoneOf.lock()
    } catch {
      return show("failed")
    }
    if (!navigator.onLine || !await phoneOf.acknowledged()) return phoneOf.showLocked()
    await phoneOf.unlock()
    location.replace("/sign-in")
  }

  const begin = event => {
    if (!dialog) return
    event.preventDefault()
    start(false)
  }
  const pressed = event => {
    const button = event.target.closest("button")
    if (!button || dialog.current !== form) return
    if (button.matches("[data-stay]")) shut()
    else if (button.matches("[data-again]")) start(true)
    else if (button.matches("[data-go]")) button.closest("[data-step=attention]") ? start(true) : leave()
  }
  const mark = () => { if (dialog) dialog.current = form }
  form.addEventListener("submit", mark)
  form.addEventListener("submit", begin)
  if (dialog) dialog.addEventListener("click", pressed)
  if (dialog) dialog.addEventListener("cancel", shut)
  return () => { if (dialog) dialog.removeEventListener("click", pressed) }
}, "form[data-sign-out]")
