// What a page asks the server for itself: posts that end in time, and the grant by which an act stays its presser's, whoever is signed in when it goes.
const server = (() => {
  const PATIENCE = 20000, AGAIN = 30000
  const here = () => root.dataset.owner
  const grants = new Map()

  async function ours(path, how) {
    const stop = new AbortController()
    const late = setTimeout(() => stop.abort(), PATIENCE)
    try {
      const answer = await fetch(path, { method: "POST", redirect: "manual", ...how, signal: stop.signal })
      if (answer.status === 401 && answer.headers.has("X-Last-Metre")) document.dispatchEvent(new Event("signed-out"))
      return { ok: answer.ok, status: answer.status, headers: answer.headers, text: await answer.text() }
    } catch {
      return null
    } finally {
      clearTimeout(late)
    }
  }

  async function json(path, body) {
    const answer = await ours(path, { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) })
    if (!answer || !answer.ok) return { refused: answer }
    try { return JSON.parse(answer.text) || {} } catch { return {} }
  }

  async function grant(owner) {
    if (!owner) return null
    const known = grants.get(owner)
    if (known && (known.grant || known.until > Date.now())) return known.grant
    const held = await store.get("grants", owner).catch(() => undefined)
    if (held) {
      grants.set(owner, held)
      return held.grant
    }
    if (owner !== here() || !navigator.onLine) return null
    const device = await outbox.device()
    const given = device ? await json("/grants", { device: device.id }) : {}
    if (!given.grant || given.owner !== owner) {
      grants.set(owner, { grant: null, until: Date.now() + AGAIN })
      return null
    }
    grants.set(owner, given)
    await store.put("grants", { owner, grant: given.grant }).catch(outbox.trouble)
    return given.grant
  }

  // A server that was set up anew knows none of the grants it gave: once in a while a fresh one is asked for.
  let regranted = 0
  async function regrant(owner) {
    if (Date.now() < regranted + AGAIN) return
    regranted = Date.now()
    grants.delete(owner)
    await store.remove("grants", owner).catch(outbox.trouble)
    await grant(owner)
  }

  return { ours, json, grant, regrant, forget: () => grants.clear() }
})()
