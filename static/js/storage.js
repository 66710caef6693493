// Where this phone keeps what is not sent: asked to be spared, watched while it fills up, and missed when somebody emptied it.
{
  const LITTLE = 20000000
  let asked, refused

  async function room() {
    if (!navigator.storage || !navigator.storage.estimate) return
    const { usage, quota } = await navigator.storage.estimate()
    if (!quota) return
    if (usage / quota > 0.9 || quota - usage < LITTLE) note("full", noteWords("full", Math.max(0, Math.floor((quota - usage) / 1000000))))
    else if (!refused) unnote("full")
  }

  // Some browsers ask the person: best when there is something to lose.
  function spare() {
    if (asked || !navigator.storage || !navigator.storage.persist) return
    asked = true
    navigator.storage.persisted().then(yes => yes || navigator.storage.persist()).catch(() => {})
  }

  async function missed() {
    const lost = await store.get("meta", "missed")
    if (!lost || !lost.waiting) return
    const told = note("lost", noteWords("lost", lost.waiting))
    if (told) told.querySelector("[data-seen]").addEventListener("click", async () => {
      await store.remove("meta", "missed")
      unnote("lost")
    })
  }

  document.addEventListener("queue", ({ detail }) => {
    if (!detail.waiting) return
    spare()
    room().catch(() => {})
  })

  document.addEventListener("store-trouble", ({ detail }) => {
    if (detail.reason === "full") {
      refused = true
      note("full", noteWords("full", 0))
      return
    }
    const drawn = note("trouble")
    if (drawn) drawn.querySelector("[data-reload]").addEventListener("click", () => location.reload(), { once: true })
  })

  document.addEventListener("phone-lost", () => missed().catch(() => {}))
  queueMicrotask(() => {
    missed().catch(() => {})
    room().catch(() => {})
  })
}
