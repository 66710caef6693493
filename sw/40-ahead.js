// Fetching the work of today ahead: one page after the other, so that a weak network stays free for what she presses.
const FRESH = 600000
let going = Promise.resolve()
let leaving = false // a newer worker may come only when this one has nothing under way

// `touched` is the address of an act that just counted: the list is asked again, and what lies under that address.
function ahead(touched) {
  going = going.then(() => fetchAhead(touched)).catch(() => {})
  return going
}

async function fetchAhead(touched) {
  const owner = await meta("owner")
  const before = await meta("today")
  const same = before && before.owner === owner && await store.get("pages", before.pages[0]) // nobody cleared the phone since
  if (!owner || await meta("locked") || (!touched && same && Date.now() - before.at < FRESH)) return
  const answer = await fetch("/offline/today", { cache: "no-store" })
  if (answer.status !== 200 || answer.redirected || answer.headers.get("X-Owner") !== owner) return
  const { pages } = await answer.json()
  const under = path => touched.startsWith(path + "/") || pages.indexOf(path) === 0
  const wanted = touched && same ? pages.filter(path => !before.pages.includes(path) || under(path)) : pages
  await drop(owner, same ? before.pages.filter(path => !pages.includes(path)) : [])
  for (const path of wanted) {
    if (leaving) return
    const page = await fetch(path, { cache: "no-store", headers: { "X-Ahead": "1" } })
    if (await meta("owner") !== owner) return
    await keep({ path, plain: true }, page)
  }
  await store.put("meta", { owner, pages, at: touched && same ? before.at : Date.now() }, "today")
}

// What she gave back, and what is older than a day.
async function drop(owner, given_back) {
  for (const { url, owner: whose, until } of await store.all("pages")) {
    if (until < Date.now() || (whose === owner && given_back.includes(url))) await store.remove("pages", url)
  }
}
