// The worker that ends workers: no rules, no shell. What waits in the outbox is not its business.
addEventListener("install", () => skipWaiting())
addEventListener("activate", event => event.waitUntil((async () => {
  for (const name of await caches.keys()) await caches.delete(name)
  await store.clear("pages").catch(() => {})
  await clients.claim()
  const pages = await clients.matchAll({ type: "window" })
  await registration.unregister()
  for (const page of pages) if (!await typing(page)) page.navigate(page.url).catch(() => {}) // not awaited: it would wait for this to end
})()))

function typing(page) {
  const { port1, port2 } = new MessageChannel()
  page.postMessage({ ask: "typing" }, [port2])
  return Promise.race([new Promise(ok => { port1.onmessage = event => ok(event.data) }), new Promise(ok => setTimeout(ok, 1000))])
}
