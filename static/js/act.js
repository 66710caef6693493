// An act that can be done again gets a new id at every page show and after every receipt; one that can happen once keeps the server's.
function mint() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").slice(0, 22)
}

function renew(form) {
  const field = form.querySelector("input[name=act]")
  if (field) field.value = mint()
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

document.addEventListener("htmx:config:request", event => {
  const { request } = event.detail.ctx
  const act = request.body && request.body.get("act")
  if (!act) return
  request.headers["Idempotency-Key"] = act
  request.headers["X-Act-At"] = localTime()
})

document.addEventListener("htmx:after:request", event => {
  const { request, response } = event.detail.ctx
  if (request.form && request.form.dataset.act === "repeat" && response.headers.get("X-Act-Receipt")) renew(request.form)
})

function free(form) {
  delete form.dataset.sent
  for (const button of form.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled")
}

// aria-disabled, not disabled: a disabled button drops its own value from the post and loses the focus.
document.addEventListener("submit", event => {
  const form = event.target
  if (event.defaultPrevented || form.method !== "post") return
  if (form.dataset.sent) return event.preventDefault()
  form.dataset.sent = "1"
  for (const button of form.querySelectorAll("button:not([type=button])")) button.setAttribute("aria-disabled", "true")
  setTimeout(() => free(form), 4000)
})
