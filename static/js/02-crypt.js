// What lies on this phone is closed with its owner's key, which leaves the phone for nowhere; or so that the server alone can open it.
const crypt = (() => {
  const text = new TextEncoder()
  const subtle = globalThis.crypto && crypto.subtle
  const fresh = n => crypto.getRandomValues(new Uint8Array(n))

  const toText = bytes => {
    let made = ""
    for (let at = 0; at < bytes.length; at += 32768) made += String.fromCharCode(...bytes.subarray(at, at + 32768))
    return btoa(made)
  }
  const toBytes = coded => Uint8Array.from(atob(coded.replace(/-/g, "+").replace(/_/g, "/")), c => c.charCodeAt(0))
  const web = bytes => toText(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")

  function joined(...parts) {
    const whole = new Uint8Array(parts.reduce((n, part) => n + part.length, 0))
    let at = 0
    for (const part of parts) {
      whole.set(part, at)
      at += part.length
    }
    return whole
  }

  // Two tabs may both find no key: the first one written is the key of both.
  async function keyOf(owner) {
    const held = await store.get("keys", owner)
    if (held) return held.key
    const made = await subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"])
    return store.write(["keys"], async tx => {
      const first = await store.asked(tx.objectStore("keys").get(owner))
      if (first) return first.key
      tx.objectStore("keys").put({ owner, key: made })
      return made
    })
  }

  // The first byte says what was closed: 0 a value as JSON, 1 bytes.
  async function close(owner, value) {
    if (!subtle) return null
    const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : value
    const plain = bytes instanceof Uint8Array ? joined([1], bytes) : joined([0], text.encode(JSON.stringify(value)))
    const key = await keyOf(owner)
    const iv = fresh(12)
    return { iv, data: await subtle.encrypt({ name: "AES-GCM", iv, additionalData: text.encode(owner) }, key, plain) }
  }

  // Undefined for what cannot be opened: its key is gone, or it is not whole.
  async function open(owner, box) {
    const held = subtle && box && await store.get("keys", owner)
    if (!held) return undefined
    try {
      const plain = new Uint8Array(await subtle.decrypt({ name: "AES-GCM", iv: box.iv, additionalData: text.encode(owner) }, held.key, box.data))
      return plain[0] ? plain.slice(1) : JSON.parse(new TextDecoder().decode(plain.subarray(1)))
    } catch {
      return undefined
    }
  }

  async function toServer(point, id, value) {
    const theirs = toBytes(point)
    const pair = await subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"])
    const ours = new Uint8Array(await subtle.exportKey("raw", pair.publicKey))
    const server = await subtle.importKey("raw", theirs, { name: "ECDH", namedCurve: "P-256" }, false, [])
    const shared = await subtle.deriveBits({ name: "ECDH", public: server }, pair.privateKey, 256)
    const stem = await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"])
    const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: joined(text.encode("lastmetre/outbox"), ours, theirs) }
    const key = await subtle.deriveKey(how, stem, { name: "AES-GCM", length: 256 }, false, ["encrypt"])
    const iv = fresh(12)
    const data = await subtle.encrypt({ name: "AES-GCM", iv, additionalData: text.encode(id) }, key, text.encode(JSON.stringify(value)))
    return web(joined([1], ours, iv, new Uint8Array(data)))
  }

  return { works: !!subtle, close, open, toServer, forget: owner => store.remove("keys", owner), web, toBytes, toText, mint: () => web(fresh(16)) }
})()
