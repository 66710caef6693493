behaviour("stepper", box => {
  const input = box.querySelector("input")
  box.addEventListener("click", event => {
    const button = event.target.closest("[data-step]")
    if (!button) return
    if (button.dataset.step > 0) input.stepUp()
    else input.stepDown()
    input.dispatchEvent(new Event("input", { bubbles: true }))
    input.dispatchEvent(new Event("change", { bubbles: true }))
  })
})
