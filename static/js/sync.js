// Says where the acts of this phone are. Whoever keeps the queue reports with a `queue` event: { waiting, held }.
behaviour("sync", output => {
  let queue = { waiting: 0, held: 0 }
  const tell = () => {
    const state = queue.held ? "held" : queue.waiting ? "waiting" : navigator.onLine ? "clear" : "offline"
    if (state === "clear" && !output.dataset.state) return
    output.dataset.state = state
    output.textContent = fill(output.dataset[state], queue[state])
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
