// Boxes belong to the bar by their form attribute, wherever they stand on the page.
behaviour("select-all", form => {
  const all = form.querySelector("[data-all]")
  const output = form.querySelector("[data-count]")
  const boxes = () => [...form.elements].filter(box => box.type === "checkbox" && !box.closest("[hidden]"))
  const count = () => {
    const every = boxes()
    const picked = every.filter(box => box.checked).length
    output.textContent = fill(output.dataset.count, picked)
    all.setAttribute("aria-pressed", picked > 0 && picked === every.length)
    form.toggleAttribute("data-picked", picked > 0)
    for (const button of form.querySelectorAll("button:not([data-all])")) button.disabled = !picked
  }
  const changed = event => { if (event.target.form === form) count() }
  all.addEventListener("click", () => {
    const on = all.getAttribute("aria-pressed") !== "true"
    for (const box of boxes()) box.checked = on
    count()
  })
  document.addEventListener("change", changed)
  count()
  return () => document.removeEventListener("change", changed)
})
