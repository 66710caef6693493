// The scanner's engine as the page sees it: a camera's video goes in, texts come out. Loaded on /scan alone.
//
//   const scan = Scanning.start(video, { worker, wasm, onRead, onHint, onTrouble, native })
//     video      a <video playsinline muted>; the engine asks for the camera (behind first, 1280x720), plays and stops it.
//                A test or a page that has a stream of its own sets video.srcObject before: then no camera is asked for.
//     worker     hashed address of scan/reader.js, wasm: hashed address of vendor/zxing-reader.wasm (both from the template)
//     onRead(text, { corners, how })  a text seen twice in a row; told once, then again only after it was out of sight 2 s,
//                or after scan.again(). corners: four {x, y} in pixels of the frame. A text is any text: the page judges it.
//     onHint(kind)     when the hint changes: "far" (come closer), "blur" (hold still, let it focus), "dark" (use the torch),
//                "glare" (tilt), "hold" (something like a code is seen and worked at) or "" (nothing to say)
//     onTrouble(kind)  no picture will come: "refused" (permission), "none" (no camera), "busy" (another app has it),
//                "unsupported" (no getUserMedia: in-chat browsers, plain http), "reader" (the worker could not start)
//     native     false: never the phone's own BarcodeDetector (tests)
//   scan.ready          promise: true when pictures flow, false after onTrouble
//   scan.stop()         camera off, worker ended; also done at pagehide and while the page is hidden (it resumes by itself)
//   scan.pause(), scan.resume()   the camera stays on, nothing is read (a panel is open that must not change)
//   scan.again()        forget what was told: the same square may be told again at once
//   scan.torch(on)      promise: true if it took effect        scan.zoom(level)  likewise, level within capabilities.zoom
//   scan.photo(file)    promise: text or null; all tries, no second reading asked for; works after stop() and without a camera
//   scan.capabilities   { torch: bool, zoom: null | { min, max, step }, native: bool }; filled when ready
//
// Scanning.photo(file, { worker, wasm }) is the same without a camera.
;(() => {
  "use strict"
  const TWICE = 2
  const OUT_OF_SIGHT = 2000
  const SIDE = 1600
  const WANTED = { audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } } }
  const TROUBLES = { NotAllowedError: "refused", SecurityError: "refused", NotReadableError: "busy", AbortError: "busy" }

  // A module worker with one question at a time; answers come back by number.
  class Reader {
    constructor({ worker, wasm }, onFail) {
      this.waiting = new Map()
      this.number = 0
      this.worker = new Worker(worker, { type: "module" })
      this.worker.onmessage = ({ data }) => {
        const take = this.waiting.get(data.id)
        this.waiting.delete(data.id)
        if (take) take(data)
      }
      this.worker.onerror = () => {
        for (const take of this.waiting.values()) take({ texts: [] })
        this.waiting.clear()
        onFail && onFail()
      }
      this.worker.postMessage({ wasm: new URL(wasm, location.href).href })
    }
    ask(frame, more) {
      const id = ++this.number
      return new Promise(done => {
        this.waiting.set(id, done)
        this.worker.postMessage({ frame, id, ...more }, frame.close ? [frame] : [])
      })
    }
    end() {
      this.worker.terminate()
      for (const take of this.waiting.values()) take({ texts: [] })
      this.waiting.clear()
    }
  }

  // The phone's own detector, where it can do squares; class and no formats is what phones without Google services have.
  async function own() {
    try {
      if (!("BarcodeDetector" in self) || !(await BarcodeDetector.getSupportedFormats()).includes("qr_code")) return null
      return new BarcodeDetector({ formats: ["qr_code"] })
    } catch {
      return null
    }
  }

  // What was read counts when two frames in a row say the same.
  class Twice {
    constructor() { this.last = ""; this.times = 0; this.told = new Map() }
    see(text, now) {
      this.times = text === this.last ? this.times + 1 : 1
      this.last = text
      const before = this.told.get(text)
      if (before !== undefined && now - before < OUT_OF_SIGHT) { this.told.set(text, now); return false }
      if (this.times < TWICE) return false
      this.told.set(text, now)
      return true
    }
    miss() { this.last = ""; this.times = 0 }
  }

  async function shrunk(file) {
    const whole = await createImageBitmap(file, { imageOrientation: "from-image" })
    const scale = Math.min(1, SIDE / Math.max(whole.width, whole.height))
    if (scale === 1) return whole
    const small = await createImageBitmap(whole, { resizeWidth: Math.round(whole.width * scale), resizeHeight: Math.round(whole.height * scale), resizeQuality: "high" })
    whole.close()
    return small
  }

  async function photo(file, options, reader) {
    const mine = reader || new Reader(options)
    try {
      const { texts } = await mine.ask(await shrunk(file), { photo: true })
      return texts.length ? texts[0].text : null
    } catch {
      return null
    } finally {
      if (!reader) mine.end()
    }
  }

  function start(video, options) {
    const { onRead = () => {}, onHint = () => {}, onTrouble = () => {} } = options
    const capabilities = { torch: false, zoom: null, native: false }
    const twice = new Twice()
    let stopped = false, paused = false, busy = false, hint = "", track = null, detector = null, reader = null, asked = false, lent = false

    const fail = kind => { if (!stopped) onTrouble(kind); return false }
    const say = kind => { if (kind !== hint) onHint(hint = kind) }

    async function open() {
      lent = !!video.srcObject
      let stream = video.srcObject
      if (!lent) {
        if (!navigator.mediaDevices?.getUserMedia) return fail("unsupported")
        try {
          stream = await navigator.mediaDevices.getUserMedia(WANTED)
        } catch (error) {
          return fail(TROUBLES[error.name] || "none")
        }
        if (stopped || document.hidden) { stream.getTracks().forEach(each => each.stop()); return false }
        video.playsInline = video.muted = true
        video.srcObject = stream
      }
      await video.play().catch(() => {})
      track = stream.getVideoTracks()[0]
      const can = track?.getCapabilities?.() || {}
      capabilities.torch = !!can.torch
      capabilities.zoom = can.zoom ? { min: can.zoom.min, max: can.zoom.max, step: can.zoom.step } : null
      if (can.focusMode?.includes("continuous")) track.applyConstraints({ advanced: [{ focusMode: "continuous" }] }).catch(() => {})
      next()
      return true
    }

    function next() {
      if (stopped || asked) return
      asked = true
      const tick = () => { asked = false; look() }
      video.requestVideoFrameCallback ? video.requestVideoFrameCallback(tick) : setTimeout(tick, 50)
    }

    async function look() {
      if (stopped || document.hidden) return
      next()
      if (busy || paused || video.readyState < 2) return
      busy = true
      try {
        const found = await see()
        if (stopped || paused) return
        const now = performance.now()
        if (!found.texts.length) twice.miss()
        for (const each of found.texts.slice(0, 1)) if (twice.see(each.text, now)) onRead(each.text, each)
        say(found.texts.length ? "" : found.hint || "")
      } catch {
        // a frame that could not be taken is followed by another
      } finally {
        busy = false
      }
    }

    async function see() {
      if (detector) {
        try {
          const found = await detector.detect(video)
          if (found.length) return { texts: found.map(each => ({ text: each.rawValue, corners: each.cornerPoints, how: "native" })) }
        } catch {
          detector = null
          capabilities.native = false
        }
      }
      return reader.ask(await createImageBitmap(video), {})
    }

    const close = () => {
      if (!lent && video.srcObject) { video.srcObject.getTracks().forEach(each => each.stop()); video.srcObject = null }
      track = null
    }
    const shown = () => { if (document.hidden) { if (!lent) close() } else if (!stopped && !track) open() }
    const stop = () => {
      if (stopped) return
      stopped = true
      document.removeEventListener("visibilitychange", shown)
      removeEventListener("pagehide", stop)
      close()
      reader && reader.end()
      reader = null
    }
    document.addEventListener("visibilitychange", shown)
    addEventListener("pagehide", stop)

    async function begin() {
      try {
        reader = new Reader(options, () => fail("reader"))
      } catch {
        return fail("reader")
      }
      if (options.native !== false) capabilities.native = !!(detector = await own())
      return open()
    }

    const set = async wish => {
      try { await track.applyConstraints({ advanced: [wish] }); return true } catch { return false }
    }
    return {
      ready: begin(),
      stop,
      pause() { paused = true },
      resume() { paused = false; twice.miss() },
      again() { twice.told.clear(); twice.miss() },
      torch: on => set({ torch: !!on }),
      zoom: level => set({ zoom: level }),
      photo: file => photo(file, options, reader),
      capabilities,
    }
  }

  self.Scanning = { start, photo: (file, options) => photo(file, options), Twice }
})()
