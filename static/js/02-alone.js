// One tab at a time works on the outbox. Without locks a lease in the database sees to it; a dead tab loses it by time.
// A database that does not answer holds no lease and stops nobody: what lies beside it is sent, if need be twice, and counts once.
async function alone(work) {
  const LEASE = 8000
  if (navigator.locks) return navigator.locks.request("outbox", work)
  const who = crypt.mint()
  const take = () => store.write(["meta"], async tx => {
    const held = await store.asked(tx.objectStore("meta").get("lease")), now = Date.now()
    if (held && held.who !== who && held.until > now && held.until < now + 60000) return false
    tx.objectStore("meta").put({ who, until: now + LEASE }, "lease")
    return true
  }).catch(() => true)
  while (!await take()) await new Promise(go => setTimeout(go, 300 + Math.random() * 300))
  const gone = () => store.remove("meta", "lease").catch(() => {})
  addEventListener("pagehide", gone)
  const renewal = setInterval(take, LEASE / 3)
  try { return await work() } finally {
    clearInterval(renewal)
    removeEventListener("pagehide", gone)
    await gone()
  }
}
