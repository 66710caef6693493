// Where there is room the thing opens beside its list; on a phone the link is an ordinary one.
behaviour("beside", list => {
  const click = event => {
    if (event.target.closest("a[hx-get]") && !matchMedia("(min-width: 56.25em)").matches) event.stopPropagation()
  }
  list.addEventListener("click", click, true)
})
