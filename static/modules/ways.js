// Whether this phone is told, and turning it on and off: only ever on a tap. Where it cannot be, what can be done instead.
const PATIENCE = 20000
const agent = navigator.userAgent
const ios = /iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && navigator.maxTouchPoints > 1)
const chat = /MicroMessenger|QQ\/|Weibo|AlipayClient|DingTalk/i.test(agent)
const installed = () => navigator.standalone || matchMedia("(display-mode: standalone)").matches

const within = work => Promise.race([work, new Promise((_, no) => setTimeout(() => no(new DOMException("", "TimeoutError")), PATIENCE))])
const mint = () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16)))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")

export function attach(place, { store }) {
  const { key, on, off, record, told, worker } = place.dataset
  const owner = document.documentElement.dataset.owner
  const fields = Object.fromEntries(Object.entries(place.dataset).filter(([name]) => name.startsWith("field")).map(([name, value]) => [name.slice(5).toLowerCase(), value]))
  const workers = navigator.serviceWorker
  const noted = () => store.get("meta", record).catch(() => undefined)

  function step(name, says) {
    for (const part of place.querySelectorAll("[data-step]")) part.hidden = part.dataset.step !== name
    const line = place.querySelector(`[data-step=${name}] [data-says]`)
    if (line) line.textContent = says || line.dataset.else
  }

  async function say(path, more) {
    const headers = { "X-Act-Reply": "to", ...(owner ? { "X-Act-Owner": owner } : {}) }
    const answer = await within(fetch(path, { method: "POST", redirect: "manual", headers, body: new URLSearchParams({ act: mint(), ...fields, ...more }) }))
    const state = (answer.headers.get("X-Act-Receipt") || "").split("; ")[1]
    const at = name => decodeURIComponent(answer.headers.get(name) || "")
    return { state, says: at("X-Act-Says"), to: at("X-Act-To") }
  }

  const held = async () => {
    const registration = await workers.getRegistration()
    return registration && registration.pushManager ? registration.pushManager.getSubscription() : null
  }

  async function look() {
    if (chat) return step("chat")
    if (worker === undefined || !workers || !window.PushManager || !window.Notification) return step(ios && !installed() ? "ios" : "none")
    if (Notification.permission === "denied") return step("denied")
    const [found, known] = await Promise.all([held().catch(() => null), noted()])
    // vanished without her doing: she asked for it once, and is not asked again
    const lost = !found && known && known.owner === owner && Notification.permission === "granted"
    const mine = lost ? await subscribed().catch(() => null) : found
    if (lost && !mine) return step("unreached")
    if (lost) {
      const { state, says } = await tell(mine, known.endpoint)
      return state === "applied" ? step("on") : step("trouble", says)
    }
    const ours = mine && known && known.endpoint === mine.endpoint
    if (!ours) return step("off")
    if (told === undefined) await tell(mine, known.endpoint) // the server lost it, or was told of another sign-in
    step("on")
  }

  async function tell(subscription, replaces = "") {
    const { endpoint, keys } = subscription.toJSON()
    const answer = await say(on, { endpoint, p256dh: keys.p256dh, auth: keys.auth, replaces: replaces === endpoint ? "" : replaces })
    if (answer.state === "applied") await store.put("meta", { owner, key, endpoint, at: Date.now() }, record)
    return answer
  }

  async function subscribed() {
    const registration = await workers.getRegistration() || await workers.register("/sw.js", { updateViaCache: "none" })
    const { pushManager } = registration.active ? registration : await within(workers.ready)
    const how = { userVisibleOnly: true, applicationServerKey: key }
    const old = await pushManager.getSubscription()
    try {
      return await within(pushManager.subscribe(how))
    } catch (error) {
      if (error.name !== "InvalidStateError" || !old) throw error
      await old.unsubscribe() // made for another key
      return within(pushManager.subscribe(how))
    }
  }

  async function turnOn() {
    const asked = await Notification.requestPermission()
    if (asked !== "granted") return step(asked === "denied" ? "denied" : "off")
    step("busy")
    const before = await noted()
    let mine
    try { mine = await subscribed() } catch { return step("unreached") }
    const { state, says, to } = await tell(mine, before && before.endpoint)
    if (state !== "applied") return step("trouble", says)
    if (to) location.assign(to)
    else step("on")
  }

  async function turnOff() {
    step("busy")
    const mine = await held()
    const endpoint = mine ? mine.endpoint : ((await noted()) || {}).endpoint
    const { state, says, to } = endpoint ? await say(off, { endpoint }) : { state: "refused" }
    if (!state) return step("trouble", says)
    await store.remove("meta", record)
    const others = (await store.read(["meta"], tx => tx.objectStore("meta").getAllKeys())).some(name => name === "push" || String(name).startsWith("follow "))
    if (mine && !others) await mine.unsubscribe()
    if (to) location.assign(to)
    else step("off")
  }

  const doing = { on: turnOn, off: turnOff, again: look }
  const pressed = event => {
    const button = event.target.closest("[data-do]")
    if (button) doing[button.dataset.do]().catch(() => step("trouble"))
  }
  place.addEventListener("click", pressed)
  look().catch(() => step("off"))
  return () => place.removeEventListener("click", pressed)
}
