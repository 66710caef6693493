// A camera that shows pictures in turn, and the engine looking through it.
const video = document.querySelector("video"), canvas = document.querySelector("canvas"), pen = canvas.getContext("2d")
const { worker, wasm } = document.body.dataset
let shown = [], n = 0
window.told = { reads: [], hints: [], troubles: [] }

async function show(addresses) {
  shown = await Promise.all(addresses.map(async each => createImageBitmap(await (await fetch(each)).blob())))
}

setInterval(() => { if (shown.length) pen.drawImage(shown[n++ % shown.length], 0, 0) }, 60)

window.camera = {
  show,
  start() {
    video.srcObject = canvas.captureStream(30)
    return window.scan = Scanning.start(video, {
      worker, wasm, native: false, onRead: text => told.reads.push(text), onHint: kind => told.hints.push(kind), onTrouble: kind => told.troubles.push(kind),
    })
  },
  photo: async address => Scanning.photo(await (await fetch(address)).blob(), { worker, wasm }),
}
