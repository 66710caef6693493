// One version after the other. A newer one waits until a person takes it, unless the one before is broken.
addEventListener("install", event => event.waitUntil(install().then(async () => {
  if (await broken()) await skipWaiting()
})))

addEventListener("activate", event => event.waitUntil((async () => {
  const mended = await caches.match("/mended-by-" + BUILD.version)
  for (const name of await caches.keys()) if (name.startsWith("shell-") && name !== SHELL) await caches.delete(name)
  await clients.claim()
  if (!mended) return
  await (await caches.open(SHELL)).delete("/mended-by-" + BUILD.version)
  // not awaited: the page's request is answered only once this worker is active
  for (const page of await clients.matchAll({ type: "window" })) if (!await typing(page)) page.navigate(page.url).catch(() => {})
})()))

// The one before answers a question with its version, unless it cannot even do that.
async function broken() {
  const old = registration.active
  if (!old) return false
  const version = await asked(old, { ask: "version" }, 3000)
  const bad = version === undefined || BUILD.broken.includes(version)
  if (bad) await (await caches.open(SHELL)).put("/mended-by-" + BUILD.version, new Response(""))
  return bad
}

// A page that broke has no script to answer; one with a form half filled says so and is left alone.
const typing = page => asked(page, { ask: "typing" }, 1000)

function asked(whom, question, patience) {
  const { port1, port2 } = new MessageChannel()
  whom.postMessage(question, [port2])
  return Promise.race([new Promise(ok => { port1.onmessage = event => ok(event.data) }), later(patience)])
}

// Answered when nothing is under way any more: a browser may leave a newer one waiting for good if the one before is given work just then.
async function makeWay(port) {
  leaving = true
  await going
  if (port) port.postMessage(true)
}

addEventListener("message", event => {
  const { ask, touched } = event.data || {}
  if (ask === "version") event.ports[0].postMessage(BUILD.version)
  if (ask === "take over") event.waitUntil(asked(registration.active, { ask: "make way" }, 3000).then(() => skipWaiting()))
  if (ask === "make way") makeWay(event.ports[0])
  if (ask === "ahead") event.waitUntil(ahead(touched))
  if (ask === "redraw") event.waitUntil(redraw().catch(() => {}))
})
