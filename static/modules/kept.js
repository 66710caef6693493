// Titles of the pages kept on this phone, each opened for a moment: their addresses tell nothing.
export async function attach(place, { crypt, store }) {
  const owner = await store.get("meta", "owner")
  const list = Object.assign(document.createElement("ul"), { className: "things" })
  const today = (await store.get("meta", "today") || { pages: [] }).pages
  const place_of = ({ url }) => (today.indexOf(url) + 1) || Infinity
  for (const kept of (await store.all("pages")).sort((a, b) => place_of(a) - place_of(b))) {
    const page = kept.owner === owner && kept.until > Date.now() && await crypt.open(owner, kept)
    if (!page) continue
    const line = Object.assign(document.createElement("li"), { className: "thing line" })
    const link = Object.assign(document.createElement("a"), { className: "line-go", href: kept.url })
    link.textContent = new DOMParser().parseFromString(page.html, "text/html").title.split(" · ")[0]
    line.append(link)
    list.append(line)
  }
  if (list.children.length) place.replaceWith(list)
}
