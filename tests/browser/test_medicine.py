"""The medicine desk, the directory and the shortage list are fit to read on narrow phones, in large type."""

import re

import pytest
from browser.test_every_page import sign_in
from browser.test_stock import LOOKS, looked_at

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("lang", "type", "theme", "width"), LOOKS)
def test_the_medicine_pages(lang, type, theme, width, sample_server, phones):
    phone = phones(sample_server.url, lang=lang, type=type, theme=theme, width=width)
    sign_in(phone, sample_server.facts["sign_in"]["dispatcher"])
    look, page = f"medicine-{lang}-{type}-{theme}-{width}", phone.open("/medicine")
    looked_at(page, f"{look}-index")
    cases = page.locator("main a[href^='/medicine/']").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    case = next(path for path in cases if re.fullmatch(r"/medicine/[0-9a-f-]{36}", path))
    for path in (case, "/medicine/sources", "/medicine/short", "/medicine/short/sheet", "/distributions/new"):
        page.goto(phone.base_url + path)
        looked_at(page, look + re.sub(r"\W", "-", path)[-12:])
