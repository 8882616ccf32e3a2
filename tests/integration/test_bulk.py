"""Many servers at once on a real hub: each with its own outcome, and the rest left alone."""

from __future__ import annotations

import json
import re
import threading

import pytest
from browser import prefix
from real_hub import wait_for

# More than three of this hub's pages, and more than may be acted on at once.
STUDENTS = [f"student-{n:02}" for n in range(36)]
GONE = STUDENTS[18:]
USERS = ["admin", "assistant", "alice", "carol", "stuck", *STUDENTS]
GROUPS = {"class-a": ["alice", "stuck", *STUDENTS], "class-b": ["carol"]}

# Everybody's server but those of whoever uses the panel is nothing but an address that answers. It
# takes its time to stop; one fails to (of what a spawner's `stop` raises the Hub tells nobody, and
# calls the server stopped); the second half of the students was here three hours ago.
CONFIG = """
import asyncio
from datetime import datetime, timedelta

from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application, HTTPError, RequestHandler


class Anything(RequestHandler):
    def get(self):
        self.finish()


class Quick(Spawner):
    up = False
    shared_port = None
    on_their_way = 0

    @property
    def real(self):
        return self.user.name in ("admin", "assistant")

    async def start(self):
        if self.real:
            return await super().start()
        if Quick.shared_port is None:
            socket, Quick.shared_port = bind_unused_port()
            HTTPServer(Application([(".*", Anything)])).add_socket(socket)
        Quick.on_their_way += 1
        self.log.warning("%i servers on their way up", Quick.on_their_way)
        await asyncio.sleep(0.5)
        Quick.on_their_way -= 1
        self.up = True
        return ("127.0.0.1", Quick.shared_port)

    async def stop(self, now=False):
        if self.real:
            return await super().stop(now)
        await asyncio.sleep(0.7)
        self.up = False

    async def poll(self):
        if self.real:
            return await super().poll()
        if self.up and self.user.name == "stuck":
            raise HTTPError(500, "the volume is still mounted")
        if self.up and self.user.name in P["gone"]:
            long_ago = datetime.utcnow() - timedelta(hours=3)
            self.orm_spawner.last_activity = long_ago
        return None if self.up else 0


P["gone"] = GONE
c.JupyterHub.spawner_class = Quick
c.JupyterHub.api_page_default_limit = c.JupyterHub.api_page_max_limit = 10
c.Spawner.poll_interval = 1
c.JupyterHub.last_activity_interval = 3600  # the proxy knows better when they were used
c.JupyterHub.concurrent_spawn_limit = 0
configure(c, idle_timeout=0)
""".replace("GONE", repr(GONE))

STOPPED = (True, 200, "")


@pytest.fixture(scope="module")
def hub(start_hub):
    """A hub whose class-a holds more than sixty people."""
    hub = start_hub(CONFIG, users=USERS, groups=GROUPS)
    hub.start("admin", "assistant")
    yield hub
    hub.stop()


@pytest.fixture
def admin(hub):
    return hub.person("admin")


@pytest.fixture
def assistant(hub):
    return hub.person("assistant")


def targets(*names):
    return [dict(zip(("user", "server"), name.split("/"), strict=False)) for name in names]


def begin(person, action, *names, **filter_):
    chosen = {"targets": targets(*names)} if names else {"filter": filter_}
    answer = person.lab("POST", "bulk", json={"action": action, **chosen})
    assert answer.status_code == 202, answer.text
    return answer.json()


def ended(person, bulk, seconds=90):
    """Return how a bulk ended."""

    def status():
        answer = person.lab("GET", f"bulk/{bulk}").json()
        return answer if answer["ended"] else None

    return wait_for(status, seconds, "the end of the bulk")


def run(person, action, *names, **filter_):
    return ended(person, begin(person, action, *names, **filter_)["id"])


def outcomes(status):
    return {
        f"{each['user']}/{each['server']}".rstrip("/"): (
            each["ok"],
            each["status"],
            each["message"],
        )
        for each in status["results"]
    }


def plan(person, action, **filter_):
    body = {"action": action, "filter": filter_}
    answer = person.lab("POST", "bulk?dry_run=1", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def state(person, user):
    items = person.lab("GET", "users", params={"search": user}).json()["items"]
    return next(item for item in items if item["name"] == user)["servers"][0]["state"]


# --- each its own outcome ---------------------------------------------------------------------


def test_of_five_one_is_forbidden_and_one_fails(hub, assistant):
    hub.start("alice", "carol", "stuck", "student-00", "student-01")
    five = ("alice", "carol", "student-00", "stuck", "student-01")
    status = run(assistant, "stop", *five)
    found = outcomes(status)
    assert [found[name] for name in ("alice", "student-00", "student-01")] == [STOPPED] * 3
    ok, code, message = found["carol"]
    assert not ok
    assert code in (403, 404)
    assert message
    assert found["stuck"] == (False, 500, "the volume is still mounted")
    assert (status["state"], status["total"], status["done"], status["failed"]) == ("done", 5, 5, 2)
    running = [name for name in five if hub.server(name)]
    assert running == ["carol", "stuck"]
    hub.stop_server("carol")


def test_stopping_what_is_stopped_and_starting_what_runs_are_successes(hub, admin):
    hub.start("alice")
    assert outcomes(run(admin, "stop", "carol")) == {"carol": STOPPED}
    status = run(admin, "start", "alice", "carol")
    assert outcomes(status) == {
        "alice": (True, 200, "It was running already."),
        "carol": (True, 201, ""),
    }
    assert outcomes(run(admin, "restart", "student-00", "carol")) == {
        "student-00": (False, 409, "It was not running, so it was not restarted."),
        "carol": (True, 202, ""),
    }
    assert state(admin, "carol") == "running"
    assert outcomes(run(admin, "stop", "alice", "carol", "nobody"))["nobody"][:2] == (False, 404)


def test_ones_own_server_stays(hub, admin):
    own = {"admin": (False, 409, "This is the server that you are in.")}
    assert outcomes(run(admin, "stop", "admin")) == own
    assert outcomes(run(admin, "restart", "admin")) == own
    assert hub.server("admin")["ready"]


def test_the_outcome_of_a_row_is_told_to_whoever_listens(hub, admin):
    headers = {"Authorization": f"token {admin.token('admin')}"}
    url = f"{prefix('admin')}hub-admin-lab/api/events"
    told = []
    listening = threading.Event()
    wanted = {}

    def is_the_end(name, event):
        # A stream begins with the bulks that ended a moment ago: those of the tests before this.
        return name == "bulk" and event["ended"] and event["id"] == wanted.get("id")

    def listen():
        with admin._client.stream("GET", url, headers=headers, timeout=60) as answer:
            name = None
            for line in answer.iter_lines():
                listening.set()
                if line.startswith("event:"):
                    name = line.partition(":")[2].strip()
                elif line.startswith("data:"):
                    told.append((name, json.loads(line.removeprefix("data:"))))
                    if is_the_end(*told[-1]):
                        return

    listener = threading.Thread(target=listen)
    listener.start()
    assert listening.wait(30)
    # Half a second away from its end when its id is known: the server takes that to start.
    wanted["id"] = begin(admin, "start", "alice")["id"]
    listener.join(60)
    assert is_the_end(*told[-1])
    last = told[-1][1]
    assert (last["state"], last["done"]) == ("done", 1)
    rows = [
        server
        for name, event in told
        for server in (
            [event]
            if name == "server"
            else [
                server
                for user in [*event.get("added", []), *event.get("changed", [])]
                for server in user["servers"]
            ]
            if name == "users"
            else []
        )
    ]
    assert ("alice", "running") in {(row["user"], row["state"]) for row in rows}
    hub.stop_server("alice")


# --- many -------------------------------------------------------------------------------------


def running(hub, names):
    return [name for name in names if hub.server(name)]


def test_a_whole_class_is_started_ten_at_a_time(hub, admin):
    begun = len(hub.log())
    bulk = begin(admin, "start", query="group:class-a student")
    assert bulk["total"] == len(STUDENTS)
    status = ended(admin, bulk["id"])
    # As the spawner counts them: a walk over the Hub's pages takes longer than a start.
    found = re.findall(r"(\d+) servers on their way up", hub.log()[begun:])
    assert len(found) == len(STUDENTS)
    assert 1 < max(map(int, found)) <= 10
    assert (status["done"], status["failed"]) == (len(STUDENTS), 0)
    assert running(hub, STUDENTS) == STUDENTS


def test_the_idle_ones_of_a_class_are_stopped(hub, admin):
    run(admin, "start", *STUDENTS)
    words = "group:class-a idle:>2h"
    wait_for(lambda: plan(admin, "stop", query=words)["total"] == len(GONE), 30, "to be idle")
    # The others were used, by being started, just now.
    found = plan(admin, "stop", query="student")
    assert (found["total"], found["in_use"]) == (len(STUDENTS), len(STUDENTS) - len(GONE))
    spared = plan(admin, "stop", query="student", spare_used_within=600)
    assert sorted(each["user"] for each in spared["targets"]) == GONE
    status = run(admin, "stop", query=words)
    assert {each["user"] for each in status["results"]} == set(GONE)
    assert status["failed"] == 0
    assert running(hub, STUDENTS) == STUDENTS[:18]


def test_cancel_leaves_the_rest_alone(hub, admin):
    run(admin, "start", *STUDENTS)
    bulk = begin(admin, "stop", query="student")
    assert bulk["total"] == len(STUDENTS)
    cancelled = admin.lab("DELETE", f"bulk/{bulk['id']}").json()
    assert (cancelled["state"], cancelled["total"]) == ("cancelled", len(STUDENTS))
    status = ended(admin, bulk["id"])
    gone = {each["user"] for each in status["results"]}
    assert (status["state"], status["done"], status["failed"]) == ("cancelled", len(gone), 0)
    assert len(gone) < len(STUDENTS)
    assert running(hub, STUDENTS) == [name for name in STUDENTS if name not in gone]
    # What is left can be stopped as ever.
    assert run(admin, "stop", query="student")["done"] == len(STUDENTS) - len(gone)
    assert running(hub, STUDENTS) == []


def test_the_assistant_acts_on_the_group_only(hub, admin, assistant):
    run(admin, "stop", search="student")
    hub.start("carol", "student-02")
    found = plan(assistant, "stop")
    assert {each["user"] for each in found["targets"]} - {"stuck"} == {"student-02"}
    run(assistant, "stop", search="student")
    assert hub.server("carol")["ready"]
    assert hub.server("student-02") is None
    hub.stop_server("carol")


# --- who may ----------------------------------------------------------------------------------


def test_nobody_else(hub, admin):
    hub.start("alice")
    body = {"action": "stop", "targets": targets("alice")}
    bulk = begin(admin, "start", "alice")["id"]
    ended(admin, bulk)
    answer = admin.lab("POST", "bulk", owner="assistant", json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_at_home")
    answer = hub.person("assistant").lab("GET", f"bulk/{bulk}")
    assert answer.status_code == 404
    url = f"{prefix('admin')}hub-admin-lab/api/bulk"
    assert admin.post(url, json=body).status_code == 403  # without the page's token
    assert hub.server("alice")["ready"]
    hub.stop_server("alice")
