// Single keys work only while the focus is in the list, so that nobody triggers them by speech or by accident.
behaviour("keys", list => {
  const things = () => [...list.querySelectorAll("[data-thing]:not([hidden])")]
  const grip = thing => thing.querySelector("a, button, summary, input:not([type=hidden])") || thing
  list.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=checkbox]), textarea, select")) return
    const all = things()
    const here = all.indexOf(event.target.closest("[data-thing]"))
    const step = { j: 1, k: -1 }[event.key]
    if (step) {
      const next = all[here + step]
      if (next) grip(next).focus()
    } else if (event.key === "x" && here >= 0) {
      const box = all[here].querySelector("input[type=checkbox]")
      if (box) box.click()
    } else if (event.key === "Enter" && event.target.matches("input[type=checkbox]")) {
      const link = all[here].querySelector("a")
      if (link) link.click()
    } else if (event.key === "?") {
      const help = document.querySelector("[data-keys-help]")
      if (help) help.open = !help.open
    } else return
    event.preventDefault()
  })
})
