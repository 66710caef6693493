// What the worker does with a request: the first line that fits. It answers GET alone; a POST is between the page's outbox and the server.
const MACHINES = /^\/(acts|grants|metrics|healthz|readyz|events|sw\.js|manifest\.webmanifest|offline\/today)(\/|$)|\/(live|stream)$/
const SECRETS = /^\/(sign-in|sign-out|password|join|found|ask|track|d|me\/phone|photos)(\/|$)/
const SCANNER = /^\/static\/(scan\/|vendor\/(zxing-reader|qr-decode)\.)/

const RULES = [
  //  when                                            what                 in words
  [ask => ask.method !== "GET",                       null],            // not touched
  [ask => ask.origin !== location.origin,             null],            // not touched
  [ask => MACHINES.test(ask.path),                    null],            // not touched
  [ask => SCANNER.test(ask.path),                     fromScanner],     // from the phone once the scanner was open, else the network
  [ask => ask.path.startsWith("/static/"),            fromShell],       // from the phone, else the network
  [ask => ask.page && SECRETS.test(ask.path),         fromNetwork],     // the network, else the page that says what can be done; never kept
  [ask => ask.panel && !SECRETS.test(ask.path),       shown],           // a page in the scanner's panel: the same, and a parcel's kept run for its own page
  [ask => ask.page,                                   readable],        // the network; the kept copy after 3 s or when it fails
  [ask => ask.part,                                   partly],          // the network, else 503 and the page stays as it is
]

addEventListener("fetch", event => {
  const { request } = event
  const { origin, pathname, search } = new URL(request.url)
  const ask = { request, event, origin, path: pathname, plain: !search, method: request.method, page: request.mode === "navigate", panel: request.headers.has("X-Panel"), part: request.headers.get("HX-Request-Type") === "partial" }
  const [, answer] = RULES.find(([fits]) => fits(ask)) || []
  if (answer) event.respondWith(answer(ask))
})

// Every answer of our server says so; what does not comes from a hotel's sign-in page or a proxy.
const ours = answer => answer.type === "opaqueredirect" || answer.headers.has("X-Last-Metre")
const works = answer => ours(answer) && answer.status < 500
