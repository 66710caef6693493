// What goes to the server with an act, and what is read out of its answer.
const wire = (() => {
  const here = () => root.dataset.owner

  function headers(entry) {
    const said = { "Idempotency-Key": entry.id, "X-Act-At": entry.at, "X-Device": entry.device, "X-Seq": String(entry.seq), "X-Act-Reply": "to", "X-Act-Owner": entry.owner }
    return entry.offset === null ? said : { ...said, "X-Act-Offset": String(entry.offset) }
  }

  function verdict(answer, id) {
    const said = name => answer.headers.get(name) || ""
    const [named, state, repeated] = said("X-Act-Receipt").split("; ")
    if (named === id && state) {
      clock.heardDate(said("Date"))
      return { id, state, again: repeated === "again=1", reason: decodeURIComponent(said("X-Act-Reason")) || null, words: decodeURIComponent(said("X-Act-Says")), to: said("X-Act-To") || undefined, received_at: new Date().toISOString() }
    }
    return said("X-Act-Misfit") === id ? { id, state: "misfit", trouble: "misfit" } : null
  }

  async function readable(entry) {
    const kept = await outbox.content(entry), held = await server.grant(entry.owner)
    if (!kept || (!held && entry.owner !== here())) return null
    const { id, seq, at, offset, path, after } = entry
    return { id, seq, at, offset, method: "POST", path, form: kept.form, grant: held || undefined, after: after || undefined }
  }

  // { receipts }: one for each, in order, by its id; none when nobody who is us answered, `refused` being what came instead.
  async function posted(device, acts) {
    const known = await outbox.device(), lost = await store.get("meta", "lost").catch(() => undefined)
    const { waiting, oldest } = await outbox.counts()
    const began = Date.now()
    const told = { device, now: localTime(), last: known && known.id === device ? known.seq : 0, dropped: (known && known.dropped) || 0, waiting, oldest: oldest && localTime(new Date(oldest)), owner: here(), lost, acts }
    const said = await server.json("/acts", told)
    const whole = Array.isArray(said.receipts) && said.receipts.length === acts.length && said.receipts.every((receipt, n) => !receipt || (receipt.id === acts[n].id && receipt.state))
    if (!whole) return { refused: said.refused }
    const theirs = Date.parse(said.server_time)
    if (theirs) await clock.heard(theirs, began).catch(outbox.trouble)
    if (said.device && said.device.code) await store.put("meta", said.device.code, "code").catch(outbox.trouble)
    if (lost) await store.remove("meta", "lost").catch(outbox.trouble)
    return { receipts: said.receipts }
  }

  return { headers, verdict, readable, posted }
})()
