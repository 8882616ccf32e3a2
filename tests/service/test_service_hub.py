"""The Hub's API over tornado, against a real server that answers as it is told."""

from __future__ import annotations

import asyncio
import json

import pytest
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler

from hub_admin_lab import errors
from hub_admin_lab.hub.answers import RETRY_AFTER
from hub_admin_lab.models.watching import WatchedPage
from hub_admin_lab.service.hub import ServiceHub, ssl_context

TOKEN = "the-services-own-token"


class Answering(RequestHandler):
    async def prepare(self):
        self.application.requests.append(self.request)
        answer = self.application.answers
        answer = answer.pop(0) if len(answer) > 1 else answer[0]
        status, body, seconds = answer
        await asyncio.sleep(seconds)
        if status is None:
            self.request.connection.stream.close()
            return
        self.set_status(status)
        if status != 204:
            self.finish(body if isinstance(body, (str, bytes)) else json.dumps(body))
        else:
            self.finish()


class Told:
    """A Hub that gives answers one after the other, the last one again and again."""

    def __init__(self):
        self.application = Application([("/.*", Answering)])
        self.application.requests = self.requests = []
        self.slept = []
        socket, port = bind_unused_port()
        self.server = HTTPServer(self.application)
        self.server.add_socket(socket)
        self.url = f"http://127.0.0.1:{port}/hub/api"
        self.hub = self.client(self.url)
        self.gone = self.client("http://127.0.0.1:1/hub/api")

    def client(self, url, **options):
        return ServiceHub(api_url=url, token=TOKEN, timeout=0.3, sleep=self.sleep, **options)

    async def sleep(self, seconds):
        self.slept.append(seconds)

    def answers(self, *answers):
        self.application.answers = [answer + (None, None, 0)[len(answer) :] for answer in answers]


@pytest.fixture
def told(jp_asyncio_loop):
    async def make():
        return Told()

    told = jp_asyncio_loop.run_until_complete(make())
    yield told
    told.hub.close()
    told.gone.close()
    told.server.stop()
    jp_asyncio_loop.run_until_complete(told.server.close_all_connections())


def user(name):
    return {"name": name, "servers": {"": {"name": "", "ready": True}}}


def page(names, following=None):
    more = None if following is None else {"offset": following}
    return {"items": [user(n) for n in names], "_pagination": {"total": 3, "next": more}}


async def names(told):
    return [u.name async for each in told.hub.active_users() for u in each.items]


async def test_active_users_page_by_page(told):
    told.answers((200, page(["a", "b"], 2)), (200, page(["c"])))
    assert await names(told) == ["a", "b", "c"]
    first, second = told.requests
    assert first.path == "/hub/api/users"
    assert first.arguments == {
        "state": [b"active"],
        "sort": [b"id"],
        "offset": [b"0"],
        "limit": [b"50"],
    }
    assert second.arguments["offset"] == [b"2"]
    assert first.headers["Accept"] == "application/jupyterhub-pagination+json"
    assert first.headers["Authorization"] == f"token {TOKEN}"


async def test_pages_are_as_large_as_others_can_bear(told):
    took = [0.04, 0.04, 0.04, 0.06, 0.11, 0.1, 0.3, 0.3, 0.04]  # seconds, of each page
    told.answers(*((200, page(["a"], n)) for n in range(1, len(took))), (200, page(["z"])))
    ends = [moment for n, seconds in enumerate(took) for moment in (n, n + seconds)]
    hub = told.client(told.url, clock=lambda: ends.pop(0))
    pages = [each async for each in hub.active_users()]
    assert len(pages) == len(took)
    ends += [0, 0]
    assert len([each async for each in hub.active_users()]) == 1
    hub.close()
    sizes = [int(request.arguments["limit"][0]) for request in told.requests]
    assert sizes == [50, 100, 200, 200, 200, 100, 100, 50, 50, 100]


@pytest.mark.parametrize(
    ("wanted", "asked"),
    [
        (WatchedPage(), {"sort": "id", "offset": "0", "limit": "50"}),
        (
            WatchedPage(state="active", name_filter="r%5", sort="-name", offset=100, limit=20),
            {
                "state": "active",
                "name_filter": "r%5",
                "sort": "-name",
                "offset": "100",
                "limit": "20",
            },
        ),
    ],
)
async def test_a_page_as_it_is_watched(told, wanted, asked):
    told.answers((200, page(["a", "b"])))
    assert [user.name for user in (await told.hub.page(wanted)).items] == ["a", "b"]
    found = {name: value[0].decode() for name, value in told.requests[0].arguments.items()}
    assert found == {**asked, "include_stopped_servers": "1"}


async def test_pages_that_lead_nowhere_end(told):
    told.answers((200, page(["a"], 2)), (200, page(["b"], 2)))
    assert await names(told) == ["a", "b"]


async def test_names_are_one_segment_of_a_path(told):
    told.answers((200, user("a b/é")))
    assert (await told.hub.user("a b/é")).name == "a b/é"
    assert told.requests[0].path == "/hub/api/users/a%20b%2F%C3%A9"
    told.answers((204,))
    assert await told.hub.stop_server("a@b", "x/y")
    assert told.requests[1].path == "/hub/api/users/a%40b/servers/x%2Fy"
    with pytest.raises(errors.HubNotFound):
        await told.hub.stop_server("alice", "..")


@pytest.mark.parametrize(("status", "stopped"), [(204, True), (202, False)])
async def test_stop(told, status, stopped):
    told.answers((status,))
    assert await told.hub.stop_server("alice", "") is stopped
    assert told.requests[0].method == "DELETE"
    assert told.requests[0].path == "/hub/api/users/alice/server"


REFUSALS = [
    (400, errors.HubRefused, "The Hub's words."),
    (403, errors.HubForbidden, "The Hub's words."),
    (404, errors.HubNotFound, "The Hub's words."),
    (500, errors.HubFailed, "The Hub's words."),
    (503, errors.HubUnavailable, "not available"),
]


@pytest.mark.parametrize(("status", "error", "words"), REFUSALS)
async def test_refusals_in_the_hubs_own_words(told, status, error, words):
    told.answers((status, {"status": status, "message": "The Hub's words."}))
    with pytest.raises(error, match=words):
        await told.hub.user("alice")
    with pytest.raises(error, match=words):
        await told.hub.stop_server("alice", "")
    with pytest.raises(error, match=words):
        await told.hub.answer_time()


@pytest.mark.parametrize("answer", [(200, "<html>"), (200, []), (302, ""), (418, "teapot")])
async def test_what_is_no_hub(told, answer):
    told.answers(answer)
    with pytest.raises(errors.HubBadAnswer):
        await told.hub.user("alice")


async def test_reading_is_tried_again_and_stopping_is_not(told):
    told.answers((502, ""), (503, ""), (200, user("alice")))
    assert (await told.hub.user("alice")).name == "alice"
    assert told.slept == list(RETRY_AFTER)
    told.requests.clear()
    told.answers((503, ""))
    with pytest.raises(errors.HubUnavailable):
        await told.hub.stop_server("alice", "")
    assert len(told.requests) == 1


async def test_no_connection(told):
    with pytest.raises(errors.HubUnreachable):
        await told.gone.user("alice")
    assert told.slept == list(RETRY_AFTER)
    with pytest.raises(errors.HubUnreachable):
        await told.gone.stop_server("alice", "")
    with pytest.raises(errors.HubUnreachable):
        await told.gone.answer_time()


async def test_a_connection_that_breaks_off(told):
    told.answers((None,))
    with pytest.raises(errors.HubUnreachable):
        await told.hub.stop_server("alice", "")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: some\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000,
        b"nothing of the kind\r\n\r\n",
        b"HTTP/1.1 500 Failed\r\nContent-Length: 200000\r\n\r\n" + b"[" * 200_000,
    ],
    ids=["length", "long", "no http", "deep"],
)
async def test_an_answer_that_is_none_leaves_it_in_doubt(told, answer):
    async def say(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    hub = told.client(f"http://127.0.0.1:{port}/hub/api")
    with pytest.raises((errors.HubBadAnswer, errors.HubUnreachable)):
        await hub.stop_server("alice", "")
    hub.close()
    server.close()


async def test_an_answer_that_does_not_come(told):
    told.answers((200, user("alice"), 1))
    with pytest.raises(errors.HubTimeout):
        await told.hub.user("alice")
    # A stop gets twice as long.
    told.answers((204, None, 0.45))
    assert await told.hub.stop_server("alice", "")


async def test_stops_do_not_wait_for_each_other(told):
    told.answers((204, None, 0.2))
    stops = [told.hub.stop_server(f"user{n}", "") for n in range(25)]
    assert await asyncio.wait_for(asyncio.gather(*stops), 5) == [True] * 25


async def test_answer_time_costs_no_slot_and_no_second_try(told):
    told.answers((200, {"version": "6.1.1"}))
    assert 0 < await told.hub.answer_time() < 1
    assert told.requests[0].path == "/hub/api/"


async def test_members_of_a_group(told):
    told.answers((200, {"name": "class a", "users": ["alice", None, "bob"]}))
    assert await told.hub.members_of("class a") == ["alice", "bob"]
    assert told.requests[0].path == "/hub/api/groups/class%20a"


async def test_no_error_holds_the_token(told):
    told.answers((403, {"message": "No."}))
    for client in (told.hub, told.gone):
        with pytest.raises(errors.HubError) as caught:
            await client.user("alice")
        assert TOKEN not in repr(caught.value) + str(caught.value.__cause__)


async def test_from_the_environment():
    environ = {"JUPYTERHUB_API_URL": "http://127.0.0.1:1/hub/api/", "JUPYTERHUB_API_TOKEN": TOKEN}
    hub = ServiceHub.from_environment(environ)
    with pytest.raises(errors.HubUnreachable):
        await hub.stop_server("alice", "")
    hub.close()
    with pytest.raises(KeyError):
        ServiceHub.from_environment({})


def test_certificates_of_internal_ssl(tmp_path):
    from certipy import Certipy

    assert ssl_context({"JUPYTERHUB_SSL_KEYFILE": "x"}) is None
    certipy = Certipy(store_dir=str(tmp_path))
    certipy.create_ca("ca")
    files = certipy.create_signed_pair("service", "ca")["files"]
    context = ssl_context(
        {
            "JUPYTERHUB_SSL_KEYFILE": files["key"],
            "JUPYTERHUB_SSL_CERTFILE": files["cert"],
            "JUPYTERHUB_SSL_CLIENT_CA": files["ca"],
        }
    )
    assert context.check_hostname
    assert len(context.get_ca_certs()) == 1
