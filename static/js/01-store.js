// The one database of this phone. No page is needed here: the service worker runs the same text.
const store = (() => {
  const SHAPE = { acts: { keyPath: "id" }, meta: {}, grants: { keyPath: "owner" }, keys: { keyPath: "owner" }, pages: { keyPath: "url" }, photos: { keyPath: "id" } }
  const PATIENCE = 5000

  const asked = request => new Promise((ok, no) => {
    request.onsuccess = () => ok(request.result)
    request.onerror = () => no(request.error)
  })

  // iPhones have answered neither yes nor no after the app lay in the background; then the clock decides.
  function opened(version) {
    return new Promise((ok, no) => {
      const late = setTimeout(() => no(new DOMException("no answer", "UnknownError")), PATIENCE)
      const request = version ? indexedDB.open("lastmetre", version) : indexedDB.open("lastmetre")
      request.onupgradeneeded = () => {
        for (const [name, how] of Object.entries(SHAPE)) {
          if (!request.result.objectStoreNames.contains(name)) request.result.createObjectStore(name, how)
        }
        const acts = request.transaction.objectStore("acts")
        if (!acts.indexNames.contains("seq")) acts.createIndex("seq", "seq")
      }
      request.onsuccess = () => {
        clearTimeout(late)
        request.result.onversionchange = () => request.result.close()
        ok(request.result)
      }
      request.onerror = () => {
        clearTimeout(late)
        no(request.error)
      }
    })
  }

  // A newer version of the app may have left a newer database; what it holds is still ours to send.
  const open = () => opened(1).catch(error => {
    if (error.name !== "VersionError") throw error
    return opened()
  })

  async function once(names, mode, work) {
    const db = await open()
    try {
      const tx = db.transaction(names, mode, { durability: "strict" })
      const over = new Promise((ok, no) => {
        tx.oncomplete = ok
        tx.onabort = () => no(tx.error || new DOMException("given up", "AbortError"))
      })
      over.catch(() => {})
      let result
      try {
        result = work(tx)
        result = await (result instanceof IDBRequest ? asked(result) : result)
      } catch (error) {
        try { tx.abort() } catch { /* over already */ }
        throw error
      }
      await over
      return result
    } finally {
      db.close()
    }
  }

  const passing = error => ["InvalidStateError", "UnknownError", "TransactionInactiveError"].includes(error.name) || /connection|server lost/i.test(error.message)
  const run = (names, mode, work) => once(names, mode, work).catch(error => {
    if (!passing(error)) throw error
    return once(names, mode, work)
  })
  const read = (names, work) => run(names, "readonly", work)
  const write = (names, work) => run(names, "readwrite", work)

  return {
    asked,
    read,
    write,
    get: (name, key) => read([name], tx => tx.objectStore(name).get(key)),
    put: (name, value, key) => write([name], tx => key === undefined ? tx.objectStore(name).put(value) : tx.objectStore(name).put(value, key)),
    remove: (name, key) => write([name], tx => tx.objectStore(name).delete(key)),
    all: name => read([name], tx => tx.objectStore(name).getAll()),
    clear: name => write([name], tx => tx.objectStore(name).clear()),
  }
})()
