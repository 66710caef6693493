// What a square holds, by its text alone; app/door/squares.py says the same on the server, both are tested over one list.
// Only an address of our own origin whose path is one of ours is followed, by its path and never by its text.
;(() => {
  "use strict"
  const ALPHABET = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"
  const LONGEST = 200
  const TOKEN = /^[A-Za-z0-9_-]{22}$/
  const CODED = { b: ["building", 6], p: ["parcel", 8], s: ["sheet", 8], v: ["badge", 8], k: ["truck", 8] }
  const TOKENS = { d: ["household", TOKEN], h: ["presence", /^[A-Za-z0-9_-]{4,43}\.[0-9]{1,10}\.[A-Z2-7]{16}$/], join: ["join", TOKEN], "sign-in": ["sign_in", TOKEN] }
  const of = (table, name) => Object.hasOwn(table, name) ? table[name] : undefined

  const square = (kind, path = "", code = "", host = "") => ({ kind, path, code, host })

  function checked(code, length) {
    if (code.length !== length || [...code].some(c => !ALPHABET.includes(c))) return false
    const sum = [...code.slice(0, -1)].reduce((sum, c, n) => sum + (n + 2) * ALPHABET.indexOf(c), 0)
    return ALPHABET[sum % ALPHABET.length] === code.at(-1)
  }

  const lower = text => text.replace(/[A-Z]/g, c => c.toLowerCase())
  const upper = text => text.replace(/[a-z]/g, c => c.toUpperCase())

  function originOf(scheme, authority) {
    const usual = scheme === "https" ? ":443" : ":80"
    const host = /^[\x00-\x7f]*$/.test(authority) ? lower(authority) : ""
    return `${scheme}://${host.endsWith(usual) ? host.slice(0, -usual.length) : host}`
  }

  // What stands before an @ is not the host, and letters that only look like others are marked.
  const named = authority => lower(authority.slice(authority.lastIndexOf("@") + 1).replace(/[^A-Za-z0-9.:[\]_-]/gu, "?")).slice(0, 60)

  function ours(path) {
    const found = /^\/([A-Za-z-]+)\/([A-Za-z0-9._-]+)$/.exec(path)
    if (!found) return square("unknown")
    const [, first, rest] = found, coded = of(CODED, lower(first)), token = of(TOKENS, first)
    if (coded) {
      const code = upper(rest)
      return checked(code, coded[1]) ? square(coded[0], `/${lower(first)}/${code}`, code) : square("slip")
    }
    if (token) return token[1].test(rest) ? square(token[0], path, rest) : square("slip")
    return square("unknown")
  }

  function classify(text, origin) {
    const trimmed = text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "")
    const address = [...trimmed].length <= LONGEST && /^([Hh][Tt][Tt][Pp][Ss]?):\/\/([^/?#\\]*)([^]*)$/.exec(trimmed)
    if (!address) return square("other")
    const [, scheme, authority, path] = address
    return originOf(lower(scheme), authority) === origin ? ours(path) : square("foreign", "", "", named(authority))
  }

  // What somebody reads off a poster or a label: a building's six characters, a parcel's eight.
  function typed(text) {
    const code = upper(text.replace(/[\s\-—–·.]/g, ""))
    for (const [first, [kind, length]] of [["b", CODED.b], ["p", CODED.p]]) if (checked(code, length)) return square(kind, `/${first}/${code}`, code)
    return square("slip")
  }

  self.Squares = { classify, typed }
})()
