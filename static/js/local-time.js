// Keeps "5 minutes ago" true on a page that stays open. A clock that says the future is wrong: then the server's words stay.
const steps = [["day", 86400], ["hour", 3600], ["minute", 60]]
behaviour("local-time", time => {
  if (!window.Intl || !Intl.RelativeTimeFormat) return
  const words = new Intl.RelativeTimeFormat(root.lang, { numeric: "auto" })
  const tell = () => {
    const age = (clock.now() - new Date(time.dateTime)) / 1000
    const step = steps.find(([, seconds]) => age >= seconds)
    if (step) time.textContent = words.format(-Math.floor(age / step[1]), step[0])
  }
  const timer = setInterval(tell, 60000)
  return () => clearInterval(timer)
})
