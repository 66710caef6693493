// What few pages need is fetched by those alone, and is handed the tools of this script.
behaviour("module", place => {
  const attached = import(place.dataset.module).then(({ attach }) => attach(place, { ageOf, clock, crypt, fill, outbox, store }))
  return () => attached.then(leave => { if (leave) leave() })
})
