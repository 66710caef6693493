// The shell: style, script and the pages without anybody's name on them, whole or not at all.
const SHELL = "shell-" + BUILD.version

async function install() {
  const cache = await caches.open(SHELL)
  try {
    await Promise.all(BUILD.shell.map(async address => cache.put(address, await whole(address))))
  } catch (error) {
    await caches.delete(SHELL) // the version before goes on
    throw error
  }
}

// A file that did not change comes from the shell before; what is fetched must be what its name says.
async function whole(address) {
  const hash = /\.([0-9a-f]{10})\.\w+$/.exec(address)
  const held = hash && await caches.match(address)
  if (held) return held
  const answer = await fetch(address, { cache: "reload", credentials: "same-origin" })
  if (answer.status !== 200 || answer.redirected || !ours(answer)) throw new Error(`${address}: ${answer.status}`)
  const bytes = await answer.clone().arrayBuffer()
  if (hash ? await digest(bytes) !== hash[1] : !/<\/html>\s*$/.test(new TextDecoder().decode(bytes))) throw new Error(`${address} is not whole`)
  return answer
}

async function digest(bytes) {
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))
  return Array.from(sum.subarray(0, 5), byte => byte.toString(16).padStart(2, "0")).join("")
}

async function fromShell(ask) {
  return fromCache(SHELL, ask)
}

// Put there by the scanner's own page on its first use: nobody else pays for it.
async function fromScanner(ask) {
  return fromCache("shell/scanner", ask)
}

async function fromCache(name, { request, path }) {
  const held = await caches.match(path, { cacheName: name }).catch(() => undefined) // looking makes no cache where there is none any more
  if (held) return held
  try {
    return await fetch(request)
  } catch (error) {
    // A page kept before an update names the older file; the newer one of that name serves it better than none.
    const stem = name => name.replace(/\.[0-9a-f]{10}(\.\w+)$/, "$1")
    const cache = await caches.open(name).catch(() => null)
    const heir = cache && (await cache.keys()).find(({ url }) => stem(new URL(url).pathname) === stem(path))
    const found = heir && await cache.match(heir)
    if (found) return found
    throw error
  }
}

async function shellPage(path) {
  return await caches.match(path) || new Response("", { status: 503 })
}

// They are drawn in this phone's language and size; a page that sees another one asks for them anew.
async function redraw() {
  const cache = await caches.open(SHELL)
  for (const address of BUILD.shell.filter(each => !each.startsWith("/static/"))) {
    const answer = await whole(address)
    const text = await answer.clone().text()
    const names = BUILD.shell.filter(each => /app\.[0-9a-f]+\.(css|js)$/.test(each))
    if (names.every(name => text.includes(name))) await cache.put(address, answer) // a newer server's page needs a newer shell
  }
}
