// What a push service brings. It is always shown: an iPhone gives up a site that showed nothing three times.
// One notification for one thing: a later one with the same tag takes the place of the one before it.
const CHECKED = 6 * 3600000
const AGAIN = 600000 // after a try to subscribe anew that came to nothing

addEventListener("push", event => event.waitUntil(bring(event.data)))

async function bring(data) {
  const told = await meta("locked") ? null : understood(data) // nobody is signed in on this phone any more: not a word of hers
  const { title, path, withdraw, badge, id, ...how } = told || await something()
  // a line that is carried twice, after a server was killed, does not call her twice
  const twice = id && how.tag && (await registration.getNotifications({ tag: how.tag })).some(note => note.data && note.data.id === id)
  await registration.showNotification(title, { ...how, ...(twice ? { silent: true, renotify: false } : {}), icon: BUILD.icon, data: { path, id } })
  count(badge)
  if (withdraw && how.tag) await takenBack(how.tag)
  if (id) await fetch(`/push/${id}/shown`, { method: "POST" }).catch(() => {}) // carried is not yet seen
}

async function something() {
  const look = await meta("look") || navigator.language
  return { ...BUILD.said[look.startsWith("zh") ? "zh" : "en"], tag: "news", path: "/" }
}

function understood(data) {
  try {
    const { notification: said, app_badge: badge, urgent, withdraw, id } = data.json()
    if (!said.title) return null
    const tag = said.tag || ""
    const silent = !!(withdraw || said.silent)
    const here = new URL(said.navigate || "/", location.origin)
    return {
      title: said.title, body: said.body || "", tag, lang: said.lang || "", id, badge, withdraw, silent,
      path: here.origin === location.origin ? here.pathname + here.search + here.hash : "/",
      renotify: !!tag && !silent, requireInteraction: !!urgent && !withdraw,
      actions: withdraw ? [] : (said.actions || []).map(({ action, title }) => ({ action, title })),
    }
  } catch {
    return null
  }
}

// What is over need not lie there. Browsers want something to be seen of every push, so it goes only where a page of ours is.
async function takenBack(tag) {
  const open = await clients.matchAll({ type: "window" })
  if (!open.some(page => page.visibilityState === "visible")) return
  for (const note of await registration.getNotifications({ tag })) note.close()
}

function count(n) {
  if (!Number.isInteger(n) || !navigator.setAppBadge) return
  Promise.resolve(n ? navigator.setAppBadge(n) : navigator.clearAppBadge()).catch(() => {})
}

// ---- what she presses on it

addEventListener("notificationclick", event => {
  const { action, notification } = event
  const { path = "/" } = notification.data || {}
  notification.close()
  if (action !== "later") event.waitUntil(action === "take" ? take(path).then(show) : show(path))
})

// Pressed on the notification it is the act itself. Where no receipt comes, the page is opened and she presses there.
async function take(path) {
  const owner = await meta("owner")
  if (!owner || await meta("locked")) return path
  const answer = await Promise.race([post(`${path}/take`, {}, owner), later(PATIENCE)]).catch(() => undefined)
  const to = answer && answer.headers.get("X-Act-To")
  return to ? decodeURIComponent(to) : path
}

async function show(path) {
  const open = (await clients.matchAll({ type: "window", includeUncontrolled: true })).filter(page => !page.url.includes("/print"))
  const there = open.find(page => new URL(page.url).pathname === path.split(/[?#]/)[0]) || open[0]
  if (!there || await typing(there)) return clients.openWindow(path).catch(() => {})
  const now = await there.navigate(path).catch(() => null)
  return (now || there).focus().catch(() => {}) // only what a person tapped may take the screen
}

// ---- whether this phone is still told

addEventListener("pushsubscriptionchange", event => event.waitUntil(recheck(true)))
addEventListener("message", event => {
  if (event.data && event.data.ask === "ahead") event.waitUntil(recheck())
})

// Subscriptions vanish unseen: looked for at the start of each page, and the server asked for it a few times a day.
async function recheck(now) {
  const told = await meta("push"), owner = await meta("owner")
  if (!told || !owner || await meta("locked")) return
  try {
    const held = await registration.pushManager.getSubscription()
    const same = held && held.endpoint === told.endpoint
    if (!now && Date.now() - (same ? told.at : told.tried || 0) < (same ? CHECKED : AGAIN)) return
    if (same) {
      const state = stateOf(await post("/push/seen", { endpoint: held.endpoint }, owner))
      if (state === "applied") return await store.put("meta", { ...told, owner, at: Date.now() }, "push")
      if (state !== "refused") return
    }
    if (told.owner === owner) return await again(told, owner)
    if (held) await held.unsubscribe() // it was somebody else's
    await store.remove("meta", "push")
  } catch { /* no network: the next page asks again */ }
}

async function again(told, owner) {
  await store.put("meta", { ...told, tried: Date.now() }, "push")
  if (Notification.permission !== "granted") { // she took it back
    await post("/push/end", { endpoint: told.endpoint }, owner)
    return store.remove("meta", "push")
  }
  // where the push service cannot be reached this throws, and a later page tries again
  const fresh = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: told.key })
  const { endpoint, keys } = fresh.toJSON()
  const state = stateOf(await post("/push", { endpoint, ...keys, replaces: told.endpoint }, owner))
  if (state === "applied") await store.put("meta", { ...told, endpoint, at: Date.now() }, "push")
}

const stateOf = answer => (answer.headers.get("X-Act-Receipt") || "").split("; ")[1]

function post(path, fields, owner) {
  const body = new URLSearchParams({ act: crypt.mint(), ...fields })
  return fetch(path, { method: "POST", redirect: "manual", body, headers: { "X-Act-Reply": "to", "X-Act-Owner": owner } })
}
