behaviour("peek", box => {
  const input = box.querySelector("input")
  const button = box.querySelector("button")
  button.addEventListener("click", () => {
    const open = input.type === "password"
    input.type = open ? "text" : "password"
    button.setAttribute("aria-pressed", open)
  })
})
