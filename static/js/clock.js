// By how much the server's clock is ahead of this phone's. Acts carry it, ages on the page use it, more than two minutes are told.
const clock = (() => {
  const MUCH = 120000, OLD = 600000
  const UNITS = [["Days", 86400000], ["Hours", 3600000], ["Minutes", 60000]]
  let measured = null
  // A clock that was set while the page lies open runs away from the browser's own count. So does one whose phone slept: then it is measured once more than needed.
  const count = () => Date.now() - performance.now()
  let started = count()

  const kept = store.get("meta", "offset").then(found => { if (found && !measured) take(found) }).catch(() => {})

  function take(found) {
    measured = found
    const off = Math.abs(found.ms)
    if (off < MUCH) return unnote("clock")
    const [unit, size] = UNITS.find(([, size]) => off >= 2 * size)
    note("clock", noteWords((found.ms > 0 ? "behind" : "ahead") + unit, Math.round(off / size)))
  }

  // Acts pressed since the clock was last compared carry that comparison. Was it set in between, then where the times between two presses jump the same way.
  function restamped(acts, before, now) {
    const since = acts.filter(one => one.state === "waiting" && !one.envelope && one.offset === (before ? before.ms : null))
    if (!before) return since.map(one => ({ ...one, offset: now.ms }))
    const times = [before.at, ...since.map(one => one.pressed), now.at]
    const gaps = times.slice(1).map((time, n) => time - times[n])
    const jumped = gaps.indexOf(before.ms > now.ms ? Math.max(...gaps) : Math.min(...gaps))
    return since.slice(jumped).map(one => ({ ...one, offset: now.ms }))
  }

  async function heard(server, sent) {
    const got = Date.now()
    if (got < sent || got - sent > 20000) return
    await kept
    const before = measured
    take({ ms: Math.round(server - (sent + got) / 2), at: got })
    started = count()
    await store.put("meta", measured, "offset").catch(() => {})
    if (!before || Math.abs(before.ms - measured.ms) >= MUCH / 2) await outbox.change(acts => ({ put: restamped(acts, before, measured) }))
  }

  async function stale() {
    await kept
    return !measured || Math.abs(measured.ms) >= MUCH || Math.abs(Date.now() - measured.at) > OLD || Math.abs(count() - started) > 30000
  }

  // To the second, for whoever has no batch to send: better than nothing.
  async function heardDate(text) {
    if (text && await stale()) await heard(Date.parse(text) + 500, Date.now())
  }

  return { heard, heardDate, stale, now: () => Date.now() + (measured ? measured.ms : 0) }
})()
