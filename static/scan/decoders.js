// The two decoders behind one shape. zxing's module is handed grey pictures as they are: its own wrapper wants colours.
const OPTIONS = {
  formats: "QRCode", tryHarder: false, tryRotate: false, tryInvert: true, tryDownscale: true, tryDenoise: false, binarizer: 0, isPure: false,
  downscaleFactor: 3, downscaleThreshold: 500, minLineCount: 2, maxNumberOfSymbols: 1, validateOptionalChecksum: false, returnErrors: false,
  eanAddOnSymbol: 0, textMode: 0, characterSet: 0, tryCode39ExtendedMode: true,
}

// A small place is searched line by line. In it the decoder may first meet what looks like a square and is none; asked for one alone it would stop there.
const MOST = 4

export async function zxing(address) {
  const { load } = await import("../vendor/zxing-reader.js")
  const module = await load(() => address)
  let place = 0, room = 0
  return ({ data, w, h }, { rough = false, whole = false } = {}) => {
    if (data.length > room) {
      if (place) module._free(place)
      place = module._malloc(room = data.length)
    }
    module.HEAPU8.set(data, place)
    const found = module.readBarcodesFromPixmap(place, w, h, { ...OPTIONS, binarizer: rough ? 1 : 0, maxNumberOfSymbols: whole ? 1 : MOST, tryHarder: !whole }), texts = []
    for (let i = 0; i < found.size(); i++) {
      const { text, position: at, error, format } = found.get(i)
      // the micro kinds check so little that any busy patch is one
      if (text && !error && format[0] === "Q") texts.push({ text, corners: [at.topLeft, at.topRight, at.bottomRight, at.bottomLeft] })
    }
    found.delete && found.delete()
    return texts
  }
}

export function stopgap(decodeQR) {
  return ({ data, w, h }) => {
    try {
      // a bare grey picture is what it calls a plane of I420 without its colours
      return decodeQR({ width: w, height: h, data }, { format: "I420", timeLimit: 60 })
    } catch {
      return ""
    }
  }
}
