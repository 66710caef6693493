// The sheet opens and closes without script; this adds Escape, a close button and a focus that stays inside.
behaviour("sheet", sheet => {
  const summary = sheet.querySelector("summary")
  const body = sheet.querySelector(".sheet-body")
  const shut = () => {
    sheet.open = false
    summary.focus()
  }
  sheet.addEventListener("toggle", () => { if (sheet.open) body.focus() })
  sheet.addEventListener("click", event => { if (event.target.closest("[data-close]")) shut() })
  sheet.addEventListener("keydown", event => {
    if (!sheet.open) return
    if (event.key === "Escape") return shut()
    if (event.key !== "Tab") return
    const stops = [...body.querySelectorAll("a[href], button:not(:disabled), input:not([type=hidden]), select, textarea, summary")].filter(stop => stop.offsetParent)
    if (!stops.length) return
    const first = stops[0], last = stops[stops.length - 1], at = document.activeElement
    if (event.shiftKey ? at === first || at === body : at === last) {
      event.preventDefault()
      ;(event.shiftKey ? last : first).focus()
    }
  })
})
