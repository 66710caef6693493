"""The first set-up of a real server, by its command."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.journal import worker
from app.kernel import db
from app.people.rules import founding

ROOT = Path(__file__).parents[2]
WHO = {"district": "江北区", "community": "观音桥社区", "name": "钱站长", "phone": "139 0000 1111"}


async def found(**changed):
    tokens = []

    async def work() -> None:
        tokens.append(await founding.found(**(WHO | changed)))

    return await worker.do(work), tokens


async def test_setting_up_makes_a_dispatcher_who_can_sign_in_and_invite(client, app):
    receipt, [token] = await found(hotline="023-1234567")
    assert receipt.state == "applied"
    phone = client()
    assert (await phone.post(f"/sign-in/{token}")).status_code == 303
    assert (await phone.get("/")).headers["location"] == "/needs"
    assert "/join/" in (await phone.get("/people/invite")).text
    assert (await phone.post("/password", data={"password": "a long enough password"})).status_code == 303
    again = await client().post("/sign-in", data={"phone": "13900001111", "password": "a long enough password"})
    assert again.status_code == 303


@pytest.mark.postgres
async def test_a_community_is_founded_once_and_a_district_shared(world):
    assert (await found())[0].state == "applied"
    assert (await found(phone="13900002222"))[0].reason == "founded-already"
    assert (await found(community="石马河社区", phone="13900002222"))[0].state == "applied"
    assert await db.value("SELECT count(*) FROM district WHERE name = '江北区'") == 1


async def test_a_wrong_or_known_phone_leaves_nothing_behind(world):
    assert (await found(phone="hello"))[0].reason == "bad-phone"
    assert (await found(phone="13800000002"))[0].reason == "phone-known"
    assert await db.value("SELECT count(*) FROM district WHERE name = '江北区'") == 0


def test_the_command_prints_a_link(tmp_path):
    env = {"PATH": os.environ["PATH"], "LASTMETRE_DATA": str(tmp_path / "data"), "PORT": "8000", "HOME": str(tmp_path)}
    told = [part for name in WHO for part in (f"--{name}", WHO[name])]
    ran = subprocess.run([sys.executable, "-m", "app", "setup", *told], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert re.search(r"http://localhost:8000/sign-in/[\w-]{22}\s*$", ran.stdout), ran.stdout
    assert "钱站长".encode() not in b"".join(path.read_bytes() for path in (tmp_path / "data").glob("*.db*"))
    again = subprocess.run([sys.executable, "-m", "app", "setup", *told], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert again.returncode == 1 and ("已经有" in again.stdout or "already" in again.stdout)
    journal = subprocess.run(
        [sys.executable, "-m", "app", "journal", "--json"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
    )
    assert {"community.made", "account.joined", "join_link.renewed"} <= {json.loads(line)["kind"] for line in journal.stdout.splitlines()}
