// What was revealed goes away by itself, and at once when the phone is put down.
behaviour("hide-after", element => {
  const hide = () => {
    const secret = element.querySelector("[data-secret]") || element
    const cover = document.createElement("span")
    cover.textContent = element.dataset.masked
    secret.replaceWith(cover)
    stop()
  }
  const away = () => { if (document.hidden) hide() }
  const timer = setTimeout(hide, element.dataset.seconds * 1000)
  const stop = () => {
    clearTimeout(timer)
    document.removeEventListener("visibilitychange", away)
  }
  document.addEventListener("visibilitychange", away)
  return stop
})
