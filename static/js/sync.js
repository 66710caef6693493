// Says where the acts of this phone are, and leads to their list. Whoever keeps the queue reports with a `queue` event: { waiting, held }.
behaviour("sync", link => {
  // until the queue is counted, what was last counted on this phone, or nothing: it never says "all sent" before it knows
  const before = outbox.named()
  let queue = before && { waiting: before.waiting, held: 0 }, busy = false
  const tell = () => {
    if (!queue) return
    const state = queue.held ? "held" : queue.waiting ? "waiting" : navigator.onLine && !root.dataset.kept ? "clear" : "offline"
    busy = busy || state === "waiting"
    const words = fill(link.dataset[state], queue[state])
    link.dataset.state = state
    link.textContent = words
    if (state !== "clear" || busy) return
    const [none, said] = [document.createElement("span"), document.createElement("span")]
    none.textContent = "0"
    none.ariaHidden = "true"
    said.textContent = words
    said.className = "hidden"
    link.replaceChildren(none, said)
  }
  const heard = event => { queue = event.detail; tell() }
  document.addEventListener("queue", heard)
  addEventListener("online", tell)
  addEventListener("offline", tell)
  tell()
  return () => {
    document.removeEventListener("queue", heard)
    removeEventListener("online", tell)
    removeEventListener("offline", tell)
  }
})
