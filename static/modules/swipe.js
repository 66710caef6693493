// The next door or the one before with the thumb; what the two links beneath a door do too.
const FAR = 56, LONG = 800

export function attach(place) {
  let from = null
  place.dataset.swipes = ""
  const own = target => target.closest("input, textarea, select, dialog, details.sheet[open], [data-held]")

  const enlarged = () => (window.visualViewport?.scale ?? 1) > 1.05 // then a finger moves what is looked at

  place.addEventListener("touchstart", event => {
    const [finger] = event.touches
    from = event.touches.length > 1 || enlarged() || own(event.target) ? null : { x: finger.clientX, y: finger.clientY, at: event.timeStamp }
  }, { passive: true })
  place.addEventListener("touchend", event => {
    const [finger] = event.changedTouches, began = from
    from = null
    if (!began || event.touches.length || event.timeStamp - began.at > LONG) return
    const across = finger.clientX - began.x, down = Math.abs(finger.clientY - began.y)
    if (Math.abs(across) < FAR || Math.abs(across) < 2 * down) return
    const links = event.target.closest("article")?.querySelectorAll(".walk-on a")
    if (links?.length) links[across < 0 ? links.length - 1 : 0].click()
  }, { passive: true })
  place.addEventListener("touchcancel", () => { from = null }, { passive: true })
}
