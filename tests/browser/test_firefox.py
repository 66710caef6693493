"""Another engine: what is pressed without a server lies in Firefox's storage, survives its kill, and arrives once."""

import time
from urllib.parse import urlsplit

import pytest
from browser.outbox_parts import happened
from support.firefox import Firefox, firefox

pytestmark = pytest.mark.long

WAITING = """(async () => {
  const db = await new Promise((ok, no) => { const asked = indexedDB.open('lastmetre'); asked.onsuccess = () => ok(asked.result); asked.onerror = no })
  const acts = await new Promise(ok => { const asked = db.transaction('acts').objectStore('acts').getAll(); asked.onsuccess = () => ok(asked.result) })
  db.close()
  return acts.filter(one => one.state === 'waiting').length
})()"""
PRESS = """(() => {
  const form = document.querySelector("form[action='/needs']")
  const building = form.querySelector("[name=building]")
  if (building.type === "radio") building.checked = true
  form.querySelector("[name=room]").value = "1单元602"
  form.querySelector("[name=kind][value=medicine]").checked = true
  form.querySelector("[name=what]").value = "降压药"
  form.requestSubmit(form.querySelector("button:not([type=button])"))
  return true
})()"""


def signed_in(fox: Firefox, neighbourhood) -> None:
    fox.cookie("sid", neighbourhood.world.steward_token, urlsplit(neighbourhood.url).hostname)


def test_what_waits_survives_a_killed_firefox_and_arrives_once(neighbourhood, tmp_path):
    profile = tmp_path / "fox"
    profile.mkdir()
    with firefox(profile) as fox:
        signed_in(fox, neighbourhood)
        fox.open(neighbourhood.url + "/needs/new")
        neighbourhood.server.kill()
        assert fox.run(PRESS)
        fox.until(f"{WAITING}.then(n => n === 1)")
        fox.kill()
    neighbourhood.server.start()
    with firefox(profile) as fox:
        signed_in(fox, neighbourhood)
        fox.open(neighbourhood.url + "/outbox")
        fox.until(f"{WAITING}.then(n => n === 0)", patience=30)
        ends = time.monotonic() + 10
        while not happened(neighbourhood, "need.raised") and time.monotonic() < ends:
            time.sleep(0.2)
        assert happened(neighbourhood, "need.raised") == 1
        fox.open(neighbourhood.url + "/outbox")
        assert fox.run(WAITING) == 0 and happened(neighbourhood, "need.raised") == 1
