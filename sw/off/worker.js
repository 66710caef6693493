// The worker that ends workers: no rules, no shell. What waits in the outbox is not its business.
// The one before makes way first: given work just then, it could keep this one waiting for good. One that is broken does not answer.
addEventListener("install", event => event.waitUntil((async () => {
  if (registration.active) await asked(registration.active, "make way", 3000)
  await skipWaiting()
})()))
addEventListener("activate", event => event.waitUntil((async () => {
  for (const name of await caches.keys()) await caches.delete(name)
  await store.clear("pages").catch(() => {})
  await clients.claim()
  const pages = await clients.matchAll({ type: "window" })
  await registration.unregister()
  for (const page of pages) if (!await typing(page)) page.navigate(page.url).catch(() => {}) // not awaited: it would wait for this to end
})()))

const typing = page => asked(page, "typing", 1000)

function asked(whom, ask, patience) {
  const { port1, port2 } = new MessageChannel()
  whom.postMessage({ ask }, [port2])
  return Promise.race([new Promise(ok => { port1.onmessage = event => ok(event.data) }), new Promise(ok => setTimeout(ok, patience))])
}
