// Every form that changes something is an act: written to the outbox, then sent. `once` forms keep the server's id; one that can be done
// again gets a new id at every page show and after each completed write; `alone` forms hold secrets and are never kept.
const renew = form => {
  const field = form.querySelector("input[name=act]")
  if (field) field.value = crypt.mint()
}

function localTime(now = new Date()) {
  const ahead = -now.getTimezoneOffset()
  const two = n => String(Math.floor(Math.abs(n))).padStart(2, "0")
  return new Date(now.getTime() + ahead * 60000).toISOString().slice(0, -1) + (ahead < 0 ? "-" : "+") + two(ahead / 60) + ":" + two(ahead % 60)
}

behaviour("act", form => {
  if (form.dataset.act === "repeat") renew(form)
}, "form[data-act]")

addEventListener("pageshow", event => {
  for (const form of document.querySelectorAll("form[data-act]")) {
    free(form)
    if (event.persisted && form.dataset.act === "repeat") renew(form)
  }
})

const isKept = form => form && form.matches("form[data-act]:not([data-act=alone])")

// A button may lead elsewhere than its form.
const actionOf = (form, button) => button && button.getAttribute("formaction") || form.getAttribute("action")
const pathOf = (form, button) => new URL(actionOf(form, button), location.href).pathname

function free(form) {
  delete form.dataset.sent
  for (const button of form.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled")
}

const wordsOf = element => element ? element.textContent.replace(/\s+/g, " ").trim() : ""

// What she pressed, in the words of the page: the outbox shows it.
function saidBy(form, button) {
  const thing = form.closest("[data-thing], [data-panel]") || document.getElementById("main")
  return [wordsOf(thing.querySelector("h1, h2, h3, .title")), wordsOf(button || form.querySelector("button"))].filter(Boolean).join(" · ").slice(0, 200)
}

function draftOf(form, data, button) {
  const typed = {}, files = {}, labels = {}
  for (const [name, value] of data) {
    if (typeof value === "string") (typed[name] = typed[name] || []).push(value)
    else if (value.name) files[name] = value
    const label = form.elements[name] && form.elements[name].labels && form.elements[name].labels[0]
    if (label) labels[name] = wordsOf(label).slice(0, 60)
  }
  const panel = form.closest("[data-panel]"), page = new URL(panel ? panel.dataset.from : location.href, location.href)
  page.searchParams.delete("did")
  const whole = form.closest("[data-of]")
  return { id: data.get("act"), path: pathOf(form, button), thing: whole && whole.dataset.of, content: { form: typed, files, labels, says: saidBy(form, button), page: page.pathname + page.search } }
}

// Written, sent and told. `send` posts the form as it is, with the headers of its entry.
async function pressed(form, data, button, send) {
  const told = await outbox.press(draftOf(form, data, button), send, () => form.isConnected)
  if (form.dataset.act === "repeat") renew(form)
  return told
}

// A phone that can keep nothing at all still has a network: the form goes as it would without script.
function sentPlainly(form, button, { failed }) {
  if (!failed || !navigator.onLine) return false
  form.setAttribute("action", actionOf(form, button))
  if (button && button.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value }))
  form.submit()
  return true
}

const responseOf = ({ status, headers, text }) => new Response([204, 205, 304].includes(status) ? null : text, { status, headers })

document.addEventListener("htmx:before:request", event => {
  const { ctx } = event.detail, form = ctx.request.form, data = ctx.request.body
  if (!isKept(form) || !data || !data.get("act")) return
  const button = ctx.request.submitter
  ctx.fetch = async (action, request) => {
    const told = await pressed(form, data, button, (entry, headers) => {
      if (entry.after) data.set("after", entry.after)
      data.set("act", entry.id)
      return server.ours(action, { body: data, headers: { ...request.headers, ...headers } })
    }).catch(error => ({ failed: error }))
    if (sentPlainly(form, button, told)) return new Response(null, { status: 204 })
    if (told.response && told.response.status !== 204 && told.response.status < 500) return responseOf(told.response)
    showState(form, told)
    return new Response(null, { status: 204 })
  }
})

// What is shown only now, or is secret, is asked for there and then.
document.addEventListener("htmx:config:request", event => {
  const { request } = event.detail.ctx, data = request.body
  if (!request.form || request.form.dataset.act !== "alone" || !data || !data.get("act")) return
  Object.assign(request.headers, { "Idempotency-Key": data.get("act"), "X-Act-At": localTime() })
})
document.addEventListener("htmx:error", event => {
  const { request } = event.detail.ctx || {}
  if (request && request.form && request.form.dataset.act === "alone") sayInToast("needs", "", "alarm")
})

// aria-disabled, not disabled: a disabled button drops its own value from the post and loses the focus.
document.addEventListener("submit", async event => {
  const form = event.target, button = event.submitter
  if (event.defaultPrevented || form.method !== "post") return
  if (form.dataset.sent) return event.preventDefault()
  form.dataset.sent = "1"
  for (const other of form.querySelectorAll("button:not([type=button])")) other.setAttribute("aria-disabled", "true")
  const freed = setTimeout(() => free(form), 6000)
  const data = new FormData(form)
  if (button && button.name) data.append(button.name, button.value)
  if (!isKept(form) || !data.get("act")) return
  event.preventDefault()
  const told = await pressed(form, data, button, (entry, headers) => {
    if (entry.after) data.set("after", entry.after)
    data.set("act", entry.id)
    return server.ours(entry.path, { body: form.enctype === "multipart/form-data" ? data : new URLSearchParams(data), headers })
  }).catch(error => ({ failed: error }))
  if (sentPlainly(form, button, told)) return
  clearTimeout(freed)
  free(form)
  if (told.entry && told.entry.already) return showState(form, told)
  const to = told.response && told.response.headers.get("X-Act-To"), html = told.response && told.response.text
  // What happens in a panel stays in it.
  if (!form.dispatchEvent(new CustomEvent("told", { bubbles: true, cancelable: true, detail: { to, html, ...told } }))) return
  if (to) location.assign(to)
  else if (html) replacePage(html)
  else if (told.receipt && told.receipt.state !== "refused") location.assign(receiptPage(data, told.entry.id))
  else showState(form, told)
})

// The receipt came another way than the page's answer: the page says what came of it.
function receiptPage(data, id) {
  const page = new URL(data.get("back") || location.href, location.href)
  page.searchParams.set("did", id)
  return page.pathname + page.search
}

// An answer that is a page stands in the place of this one, as it would without script.
function replacePage(html) {
  const page = new DOMParser().parseFromString(html, "text/html")
  for (const id of ["main", "toast"]) {
    const old = document.getElementById(id), drawn = page.getElementById(id)
    if (!old || !drawn) continue
    old.replaceWith(drawn)
    if (window.htmx) htmx.process(drawn)
  }
  document.title = page.title
  const place = document.querySelector("#main .summary, #main .trouble, #main [autofocus], #main h1")
  if (place) {
    if (!place.matches("input, select, textarea, button, a[href]")) place.tabIndex = -1
    place.focus()
  }
  scrollTo(0, 0)
}
