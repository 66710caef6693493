// Readers announce what changes in a live region, not what the page came with: the words are set once more. The focus stays where it is.
behaviour("toast", toast => {
  const words = toast.querySelector("[data-words]")
  const said = words.textContent
  const timer = setTimeout(() => { words.textContent = ""; words.textContent = said }, 300)
  const shut = () => toast.remove()
  const key = event => { if (event.key === "Escape" && !document.querySelector(".sheet[open]")) shut() }
  toast.addEventListener("click", event => { if (event.target.closest("[data-close]")) shut() })
  document.addEventListener("keydown", key)
  return () => {
    clearTimeout(timer)
    document.removeEventListener("keydown", key)
  }
})
