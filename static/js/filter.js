// Narrows what is already on the page; a group without a visible row goes too.
behaviour("filter", input => {
  const status = input.parentElement.querySelector("[role=status]")
  const shown = element => !element.hidden
  const narrow = () => {
    const list = document.getElementById(input.dataset.target)
    if (!list) return
    const words = input.value.trim().toLowerCase().split(/\s+/)
    const things = [...list.querySelectorAll("[data-thing]")]
    for (const thing of things) {
      const text = thing.textContent.toLowerCase()
      thing.hidden = !words.every(word => text.includes(word))
    }
    for (const group of list.querySelectorAll("[data-group]")) group.hidden = ![...group.querySelectorAll("[data-thing]")].some(shown)
    const left = things.filter(shown).length
    status.classList.toggle("hidden", !input.value)
    status.textContent = input.value ? (left ? fill(status.dataset.some, left) : status.dataset.none) : ""
  }
  input.addEventListener("input", narrow)
  input.addEventListener("keydown", event => { if (event.key === "Enter") event.preventDefault() })
})
