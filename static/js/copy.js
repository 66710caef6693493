behaviour("copy", button => {
  const words = button.textContent
  let timer
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.text)
    button.textContent = button.dataset.done
    clearTimeout(timer)
    timer = setTimeout(() => { button.textContent = words }, 4000)
  })
  return () => clearTimeout(timer)
})
