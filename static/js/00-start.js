// Behaviours hang on elements by data attribute and leave with them. The server joins these files in name order inside one function.
const root = document.documentElement
root.dataset.js = ""
const kinds = []
const leaving = new Map()

function behaviour(name, attach, selector = `[data-behaviour~="${name}"]`) {
  kinds.push({ selector, attach })
}

function* within(node, selector) {
  if (node.nodeType !== 1) return
  if (node.matches(selector)) yield node
  yield* node.querySelectorAll(selector)
}

function arrive(node) {
  for (const { selector, attach } of kinds) {
    for (const element of within(node, selector)) {
      let known = leaving.get(element)
      if (!known) leaving.set(element, (known = new Map()))
      if (!known.has(attach)) known.set(attach, attach(element))
    }
  }
}

function leave() {
  for (const [element, known] of leaving) {
    if (element.isConnected) continue
    leaving.delete(element)
    for (const cleanup of known.values()) if (cleanup) cleanup()
  }
}

// htmx reports a swap on the element that sent the request; when that one is swapped away the event reaches nobody. The tree itself tells.
let focused = null
document.addEventListener("focusin", event => { focused = event.target })

function follow(removed) {
  if (document.activeElement !== document.body || !focused || focused.isConnected) return
  for (const node of removed) {
    const heir = node.id && node.contains(focused) && document.getElementById(node.id)
    if (!heir) continue
    const place = heir.querySelector("[autofocus], h1, h2, h3") || heir
    if (!place.hasAttribute("tabindex")) place.tabIndex = -1
    place.focus({ preventScroll: true })
    return
  }
}

queueMicrotask(() => {
  arrive(document.body)
  new MutationObserver(changes => {
    const removed = []
    for (const change of changes) {
      change.addedNodes.forEach(arrive)
      removed.push(...change.removedNodes)
    }
    if (!removed.length) return
    follow(removed)
    leave()
  }).observe(document.body, { childList: true, subtree: true })
})

// Words come from the page; "#" marks the number's place.
const fill = (words, n) => words.replace("#", n)
