behaviour("autosubmit", form => {
  form.addEventListener("change", () => form.requestSubmit ? form.requestSubmit() : form.submit())
})
