// The scanner's worker: { wasm } once, then { frame: ImageBitmap | ImageData, id, photo? } -> { id, texts, ms, hint }.
// texts: [{ text, corners: four { x, y }, how }]. Until the decoder of 320 kB is there, a smaller one reads.
import { decodeQR } from "../vendor/qr-decode.js"
import { Pipeline } from "./pipeline.js"
import { grey } from "./planes.js"
import { stopgap, zxing } from "./decoders.js"

let decoder = null, canvas = null
const other = stopgap(decodeQR)
const pipeline = new Pipeline((plane, how) => decoder ? decoder(plane, how) : first(plane, how), { other: plane => decoder && other(plane) })

function first(plane, { whole }) {
  const text = whole && other(plane)
  return text ? [{ text, corners: [] }] : []
}

function pixels(frame) {
  if (frame.data) return frame
  if (!canvas || canvas.width !== frame.width || canvas.height !== frame.height) canvas = new OffscreenCanvas(frame.width, frame.height)
  const pen = canvas.getContext("2d", { willReadFrequently: true })
  pen.drawImage(frame, 0, 0)
  frame.close()
  return pen.getImageData(0, 0, canvas.width, canvas.height)
}

let loading = null
addEventListener("message", async ({ data }) => {
  if (data.wasm) {
    loading = zxing(data.wasm).then(found => decoder = found, () => loading = null)
    return
  }
  const start = performance.now()
  if (data.photo) await loading
  let found = { texts: [], hint: "" }
  try {
    const plane = grey(pixels(data.frame))
    found = data.photo ? pipeline.photo(plane) : pipeline.frame(plane)
  } finally {
    postMessage({ id: data.id, ...found, ms: performance.now() - start, ready: !!decoder })
  }
})
