// Pages of the person's own work, closed with her key, for a day at most.
const DAY = 86400000
const PATIENCE = 3000
const SAFETY = ["Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options", "Permissions-Policy", "Cross-Origin-Opener-Policy"]

const meta = key => store.get("meta", key).catch(() => undefined) // a phone whose database is ill still has a network
const later = (ms, value) => new Promise(ok => setTimeout(ok, ms, value))

async function readable(ask) {
  return networkFirst(ask, keptPage, shellPage)
}

// In the scanner's panel a page that is not on the phone is said by the scanner.
async function shown(ask) {
  const nothing = () => new Response("", { status: 503, headers: { "X-Kept": "none" } })
  return networkFirst(ask, async path => await keptPage(path) || keptRun(path), nothing)
}

async function networkFirst(ask, onPhone, instead) {
  if (await meta("locked")) return instead("/locked")
  const kept = await onPhone(ask.path).catch(() => null)
  const net = fetch(ask.request)
  ask.event.waitUntil(net.then(answer => keep(ask, answer.clone())).catch(() => {})) // a late answer still refreshes
  const answer = await (kept ? Promise.race([net, later(PATIENCE)]) : net).catch(() => undefined)
  if (answer) await othersGo(answer).catch(() => {})
  if (answer && answer.headers.has("X-Unread")) count(Number(answer.headers.get("X-Unread")))
  if (answer && works(answer)) return answer
  if (kept) return kept
  return answer && ours(answer) ? answer : instead("/offline")
}

// Before another person sees her first page, what was kept for the one before is gone.
async function othersGo(answer) {
  const owner = answer.headers.get("X-Owner")
  if (!owner || owner === await meta("owner")) return
  for (const kept of await store.all("pages")) if (kept.owner !== owner) await store.remove("pages", kept.url)
}

async function fromNetwork(ask) {
  if (await meta("locked")) return shellPage("/locked")
  return fetch(ask.request).catch(() => shellPage("/offline"))
}

async function partly({ request }) {
  const nothing = new Response("", { status: 503, headers: { "HX-Reswap": "none" } })
  if (await meta("locked")) return nothing
  return fetch(request).then(answer => ours(answer) ? answer : nothing, () => nothing)
}

async function keep({ path, plain }, answer) {
  if (!plain || answer.type === "opaqueredirect" || !works(answer)) return
  const owner = answer.headers.get("X-Owner")
  const wanted = answer.status === 200 && !answer.redirected && answer.headers.get("X-Offline") === "keep"
  if (!wanted) return store.remove("pages", path)
  if (!owner || owner !== await meta("owner") || await meta("locked")) return
  const headers = SAFETY.filter(name => answer.headers.has(name)).map(name => [name, answer.headers.get(name)])
  const box = await crypt.close(owner, { html: await answer.text(), headers })
  const at = Date.now()
  const until = Math.min(at + DAY, Number(answer.headers.get("X-Keep-Until")) || Infinity)
  if (box) await store.put("pages", { url: path, owner, ...box, type: "page", at, until })
}

// The run of today whose page names this parcel.
async function keptRun(path) {
  const [, code] = /^\/p\/([2-9A-Z]{8})$/.exec(path) || []
  if (!code) return null
  const named = new RegExp(`data-parcels="[^"]*\\b${code}\\b`)
  for (const { url } of await store.all("pages")) {
    const page = url.startsWith("/runs/") && await keptPage(url)
    if (!page || !named.test(await page.clone().text())) continue
    page.headers.set("X-Kept", url)
    return page
  }
  return null
}

async function keptPage(path) {
  const owner = await meta("owner")
  if (!owner) return null
  const today = path === "/" && await meta("today") // the app opens at "/", which leads to her first page
  const lies = path.startsWith("/h/") ? "/here/in" : path // a moving square that was read: its code goes into the form that lies here
  const kept = await store.get("pages", today && today.owner === owner ? today.pages[0] : lies)
  if (!kept || kept.owner !== owner || kept.until < Date.now()) return null
  const page = await crypt.open(owner, kept)
  if (!page) return null
  const html = page.html.replace("<html ", `<html data-kept="${kept.at}" `)
  return new Response(html, { headers: [["Content-Type", "text/html; charset=utf-8"], ["Cache-Control", "no-store"], ...page.headers] })
}
