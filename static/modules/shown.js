// The code of a square that was read goes into its form: from the scanner's panel (`data-scanned`), or from this page's own address,
// where the page of an address that could not be asked for is the one that lies on the phone.
export function attach(form) {
  const panel = form.closest("[data-scanned]")
  const found = /\/h\/([^/?#]+)$/.exec(panel ? panel.dataset.scanned : location.pathname)
  if (!found) return
  form.elements.shown.value = found[1]
  form.hidden = false
}
