// What is the matter with this phone stands above the page until it is right again. The words are the page's.
function note(name, words) {
  const place = document.getElementById("phone")
  const main = document.getElementById("main")
  if (!place || !main) return null
  if (place.hidden) main.prepend(place)
  place.hidden = false
  let drawn = place.querySelector(`div[data-note=${name}]`)
  if (!drawn) {
    drawn = place.querySelector(`template[data-note=${name}]`).content.firstElementChild.cloneNode(true)
    drawn.dataset.note = name
    place.append(drawn)
  }
  const said = drawn.querySelector("[data-words]")
  if (words && said.textContent !== words) said.textContent = words
  return drawn
}

function unnote(name) {
  const place = document.getElementById("phone")
  const drawn = place && place.querySelector(`div[data-note=${name}]`)
  if (!drawn) return
  drawn.remove()
  place.hidden = !place.querySelector("div[data-note]")
}

// Empty where the page has no place for notes.
function noteWords(name, n) {
  const place = document.getElementById("phone")
  return place ? fill(place.dataset[name], n) : ""
}
