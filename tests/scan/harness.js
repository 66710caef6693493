// Ours and the five known decoders over pictures, on the page's own thread: throttling slows that one alone.
import { decodeQR } from "/static/vendor/qr-decode.js"
import { stopgap, zxing } from "/static/scan/decoders.js"
import { Pipeline } from "/static/scan/pipeline.js"
import { grey } from "/static/scan/planes.js"

const reader = await zxing("/static/vendor/zxing-reader.wasm")
const small = stopgap(decodeQR)
const lazily = make => { let made; return () => made ||= make() }
const zbar = lazily(() => import("/tests/vendor/zbar.js"))
const scanner = lazily(async () => {
  const { default: QrScanner } = await import("/tests/vendor/qr-scanner.js")
  return { QrScanner, engine: await QrScanner.createQrEngine() }
})

const KNOWN = {
  zxing: async ({ pixels }) => reader(grey(pixels), { whole: true }).map(each => each.text),
  qr: async ({ pixels }) => { try { return [decodeQR(pixels, { timeLimit: 100 })] } catch { return [] } },
  jsqr: async ({ pixels }) => [jsQR(pixels.data, pixels.width, pixels.height, { inversionAttempts: "attemptBoth" })?.data].filter(Boolean),
  zbar: async ({ pixels }) => (await (await zbar()).scanImageData(pixels)).map(each => each.decode()),
  "qr-scanner": async ({ canvas }) => {
    const { QrScanner, engine } = await scanner()
    try {
      return [(await QrScanner.scanImage(canvas, { qrEngine: engine, alsoTryWithoutScanRegion: true, returnDetailedScanResult: true })).data]
    } catch {
      return []
    }
  },
}

async function loaded(address) {
  const bitmap = await createImageBitmap(await (await fetch(address)).blob())
  const canvas = document.createElement("canvas")
  canvas.width = bitmap.width
  canvas.height = bitmap.height
  const pen = canvas.getContext("2d", { willReadFrequently: true })
  pen.drawImage(bitmap, 0, 0)
  bitmap.close()
  return { canvas, pixels: pen.getImageData(0, 0, canvas.width, canvas.height) }
}

// One decoder over one picture: what it read, and the milliseconds it took.
async function known(name, address) {
  const picture = await loaded(address)
  const start = performance.now()
  const texts = await KNOWN[name](picture)
  return { texts, ms: performance.now() - start }
}

// Ours over frames, as one look of a camera: the text of the first frame that gave one, how, and the milliseconds of each frame.
// Without `timed` no try is left out for want of time, so that a busy machine reads as much as an idle one.
async function ours(addresses, timed = false) {
  const pipeline = new Pipeline(reader, { other: small, ...(timed ? {} : { patience: Infinity }) })
  const ms = []
  for (const address of addresses) {
    const { pixels } = await loaded(address)
    const start = performance.now()
    const { texts, hint } = pipeline.frame(grey(pixels))
    ms.push(performance.now() - start)
    if (texts.length) return { texts: texts.map(each => each.text), how: texts[0].how, corners: texts[0].corners, hint, ms }
  }
  return { texts: [], how: "", hint: "", ms }
}

async function photo(address) {
  const { pixels } = await loaded(address)
  return new Pipeline(reader, { other: small }).photo(grey(pixels)).texts.map(each => each.text)
}

window.harness = { known, ours, photo, names: Object.keys(KNOWN) }
