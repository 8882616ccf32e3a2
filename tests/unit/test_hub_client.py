"""The Hub's client: URLs, tokens, retries, and what each kind of answer becomes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl

import httpx
import pytest

from hub_admin_lab import errors
from hub_admin_lab.hub.client import HubClient
from hub_admin_lab.hub.http import RETRY_AFTER, HubHttp

API = "http://hub.test/hub/api"
PAGE = {"items": [], "_pagination": {"offset": 0, "limit": 50, "total": 0, "next": None}}


class Hub:
    """Answers what it is told to, and remembers what it was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.pauses: list[float] = []

    def client(self, **options) -> HubClient:
        async def sleep(seconds):
            self.pauses.append(seconds)

        transport = httpx.MockTransport(self._answer)
        return HubClient(API, transport=transport, sleep=sleep, **options)

    async def _answer(self, request):
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def refusal(status, message):
    return httpx.Response(status, json={"status": status, "message": message})


@pytest.mark.parametrize(
    ("user", "server", "path"),
    [
        ("alice", "", "/hub/api/users/alice/server"),
        ("alice", "gpu", "/hub/api/users/alice/servers/gpu"),
        ("o'brien+x@example.org", "", "/hub/api/users/o%27brien%2Bx%40example.org/server"),
        ("élodie", "", "/hub/api/users/%C3%A9lodie/server"),
        ("a b", "c d", "/hub/api/users/a%20b/servers/c%20d"),
        ("../admin", "x/../y", "/hub/api/users/..%2Fadmin/servers/x%2F..%2Fy"),
    ],
)
async def test_every_path_segment_is_quoted(user, server, path):
    hub = Hub(httpx.Response(204))
    await hub.client().stop_server("t0", user, server)
    assert hub.requests[0].url.raw_path.decode() == path


@pytest.mark.parametrize(
    ("user", "server"),
    [("alice", ".."), ("alice", "."), ("..", ""), ("..", "gpu"), ("a" * 256, ""), ("a", "b" * 256)],
)
async def test_a_name_is_never_a_step_in_a_path(user, server):
    hub = Hub(httpx.Response(204))
    for act in (hub.client().stop_server, hub.client().start_server):
        with pytest.raises(errors.HubNotFound):
            await act("t", user, server)
    if not server:
        with pytest.raises(errors.HubNotFound):
            await hub.client().get_user("t", user)
    assert hub.requests == []


async def test_the_token_of_the_person_goes_along_and_nowhere_else():
    hub = Hub(httpx.Response(200, json=PAGE))
    await hub.client().list_users("t0ken", name_filter="a_b")
    request = hub.requests[0]
    assert request.headers["Authorization"] == "token t0ken"
    assert request.headers["Accept"] == "application/jupyterhub-pagination+json"
    assert "t0ken" not in str(request.url)
    assert request.url.params["name_filter"] == "a_b"
    assert request.url.params["include_stopped_servers"] == "1"


@pytest.mark.parametrize(("status", "ready"), [(201, True), (202, False)])
async def test_a_start_is_ready_or_on_its_way_and_its_body_is_not_parsed(status, ready):
    hub = Hub(httpx.Response(status, text="", headers={"Content-Type": "text/plain"}))
    assert await hub.client().start_server("t", "alice", "") is ready


@pytest.mark.parametrize(
    ("version", "body"),
    [("6.1.1", {"user_options": {"profile": "gpu"}}), ("5.5.4", {"profile": "gpu"})],
)
async def test_options_are_sent_as_each_version_of_the_hub_reads_them(version, body):
    hub = Hub(httpx.Response(200, json={"version": version}), httpx.Response(201))
    await hub.client().start_server("t", "alice", "", {"profile": "gpu"})
    assert json.loads(hub.requests[-1].content) == body


async def test_without_options_nothing_is_sent():
    hub = Hub(httpx.Response(201))
    await hub.client().start_server("t", "alice", "")
    assert hub.requests[0].content == b""


@pytest.mark.parametrize(("status", "stopped"), [(204, True), (202, False)])
async def test_a_stop_is_done_or_on_its_way(status, stopped):
    assert await Hub(httpx.Response(status)).client().stop_server("t", "alice", "") is stopped


async def test_remove_deletes_the_named_server():
    hub = Hub(httpx.Response(204))
    await hub.client().stop_server("t", "alice", "gpu", remove=True)
    assert json.loads(hub.requests[0].content) == {"remove": True}


@pytest.mark.parametrize(
    ("answer", "error", "status", "words"),
    [
        (refusal(400, "alice is already running"), errors.HubRefused, 400, "already running"),
        (refusal(409, "exists"), errors.HubRefused, 409, "exists"),
        (refusal(429, "Too many starts"), errors.HubRefused, 429, "Too many starts"),
        (refusal(403, "requires any of [servers]"), errors.HubForbidden, 403, "requires any of"),
        (refusal(401, "who?"), errors.HubForbidden, 403, "who?"),
        (refusal(404, "No such user"), errors.HubNotFound, 404, "No such user"),
        (refusal(404, None), errors.HubNotFound, 404, "no such user or server"),
        (refusal(400, None), errors.HubRefused, 400, "did not say why (400)"),
        (refusal(500, "no node with a free GPU"), errors.HubFailed, 500, "no node"),
        (refusal(503, "x"), errors.HubUnavailable, 503, "restarting"),
        (httpx.Response(502, text="<html>bad"), errors.HubUnavailable, 503, "restarting"),
        (httpx.Response(404, text="<html>nginx"), errors.HubBadAnswer, 502, "not a JupyterHub"),
        (httpx.Response(302, headers={"Location": "/login"}), errors.HubBadAnswer, 502, "302"),
        (httpx.Response(500, json=["odd"]), errors.HubBadAnswer, 502, "not a JupyterHub"),
        (httpx.ConnectError("refused"), errors.HubUnreachable, 502, "cannot be reached"),
        (httpx.ConnectTimeout("slow"), errors.HubUnreachable, 502, "cannot be reached"),
        (httpx.ReadTimeout("slow"), errors.HubTimeout, 504, "too long"),
        (httpx.DecodingError("gzip"), errors.HubBadAnswer, 502, "cannot be read"),
        (httpx.RemoteProtocolError("cut"), errors.HubUnreachable, 502, "cannot be reached"),
    ],
)
async def test_each_answer_becomes_its_own_error(answer, error, status, words):
    with pytest.raises(error) as caught:
        await Hub(answer).client().stop_server("s3cret", "alice", "")
    assert caught.value.status == status
    assert words in caught.value.message
    assert "s3cret" not in caught.value.message


@pytest.mark.parametrize(
    "options", ['"\\ud800"', '{"\\udfff": 1}', '{"x": ' * 400 + "0" + "}" * 400, "NaN", "1e999"]
)
async def test_what_one_user_sent_does_not_hide_the_others(options):
    """The Hub takes such options of a start and sends them on; not every reader of JSON does."""
    server = {"ready": True, "user_options": {"x": "OPTIONS"}}
    users = [{"name": "mallory", "servers": {"": server}}, {"name": "alice"}]
    body = json.dumps({**PAGE, "items": users}).replace('"OPTIONS"', options)
    page = await Hub(httpx.Response(200, text=body)).client().list_users("t")
    assert [user.name for user in page.items] == ["mallory", "alice"]
    assert page.items[0].servers[""].ready
    page.model_dump_json()


async def test_a_user_as_the_hub_sent_it():
    sent = {"name": "alice", "roles": ["user"], "servers": {"": {"ready": True, "new": 1}}}
    hub = Hub(httpx.Response(200, json=sent))
    user, all_of_it = await hub.client().get_user_as_sent("t", "alice")
    assert user.servers[""].ready
    assert all_of_it == sent
    assert hub.requests[0].url.params["include_stopped_servers"] == "1"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>log in</html>"),
        httpx.Response(200, json={"items": "?"}),
        httpx.Response(200, json=[]),
        httpx.Response(200, text="[" * 100_000),
    ],
)
async def test_a_page_that_is_not_the_hubs_is_a_bad_answer(answer):
    with pytest.raises(errors.HubBadAnswer):
        await Hub(answer).client().list_users("t")


@pytest.mark.parametrize("passing", [httpx.ConnectError("x"), httpx.Response(503, text="x")])
async def test_reading_is_tried_again(passing):
    hub = Hub(passing, passing, httpx.Response(200, json=PAGE))
    page = await hub.client().list_users("t")
    assert page.items == []
    assert hub.pauses == list(RETRY_AFTER)


async def test_reading_gives_up_after_the_third_try():
    hub = Hub(httpx.ConnectError("x"))
    with pytest.raises(errors.HubUnreachable):
        await hub.client().list_users("t")
    assert len(hub.requests) == 3


@pytest.mark.parametrize(
    "answer", [httpx.ReadTimeout("slow"), refusal(500, "x"), refusal(403, "x")]
)
async def test_reading_is_not_tried_again_where_that_cannot_help(answer):
    hub = Hub(answer)
    with pytest.raises(errors.HubError):
        await hub.client().list_users("t")
    assert len(hub.requests) == 1


@pytest.mark.parametrize("answer", [httpx.ConnectError("x"), httpx.Response(503, text="x")])
async def test_acting_is_never_tried_again(answer):
    hub = Hub(answer)
    with pytest.raises(errors.HubError):
        await hub.client().start_server("t", "alice", "")
    assert len(hub.requests) == 1


async def test_no_more_requests_under_way_than_allowed():
    under_way = most = 0

    async def answer(request):
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        return httpx.Response(200, json=PAGE)

    client = HubClient(API, transport=httpx.MockTransport(answer), concurrency=10)
    await asyncio.gather(*(client.list_users("t") for _ in range(50)))
    assert most == 10


async def test_streams_do_not_take_the_place_of_requests():
    pool = HubHttp(API)._http._transport._pool
    assert pool._max_connections >= 10_000


@pytest.mark.parametrize(("api", "checked"), [(API, False), (API.replace("http", "https"), True)])
def test_the_systems_authorities_are_trusted_and_only_asked_for_https(monkeypatch, api, checked):
    made = []
    create = ssl.create_default_context
    monkeypatch.setattr(ssl, "create_default_context", lambda: made.append(1) or create())
    HubClient(api)
    assert bool(made) is checked


async def test_the_version_is_asked_once_and_without_a_token():
    hub = Hub(httpx.Response(200, json={"version": "6.1.1"}))
    client = hub.client()
    assert [await client.version(), await client.version()] == ["6.1.1", "6.1.1"]
    assert len(hub.requests) == 1
    assert "Authorization" not in hub.requests[0].headers


async def test_progress_reads_the_events_and_drops_what_is_not_one():
    stream = (
        b"\n\n"
        b'data: {"progress": 10, "message": "one", "html_message": "<b>one</b>"}\n\n'
        b'data: {"progress": NaN}\n\ndata: {"progress": 1e999}\n\n'
        b"data: nonsense\n\n: comment\n\n"
        b'data: {"progress": 100, "ready": true, "url": "/user/alice/", "extra": 1}\n\n'
    )
    hub = Hub(httpx.Response(200, content=stream))
    async with hub.client().progress("t", "alice", "") as events:
        seen = [event async for event in events]
    assert [event.message for event in seen] == ["one", None]
    assert seen[-1].ready
    assert not hasattr(seen[0], "html_message")


async def test_progress_of_a_server_that_does_not_start_is_refused():
    with pytest.raises(errors.HubRefused, match="not starting"):
        async with Hub(refusal(400, "alice is not starting")).client().progress("t", "alice", ""):
            raise AssertionError("opened")


# --- what others wait for it ----------------------------------------------------------------


async def test_what_others_wait_is_measured_without_a_token_each_time_anew():
    hub = Hub(httpx.Response(200, json={"version": "6.1.1"}))
    client = hub.client()
    await client.version()
    assert [await client.answer_time() >= 0 for _ in range(2)] == [True, True]
    assert [request.url.path for request in hub.requests] == ["/hub/api/"] * 3
    assert not any("Authorization" in request.headers for request in hub.requests)


async def test_what_others_wait_is_measured_beside_our_own_queue():
    release = asyncio.Event()
    measured = asyncio.Event()

    async def answer(request):
        if request.url.path == "/hub/api/":
            measured.set()
        else:
            await release.wait()
        return httpx.Response(200, json=PAGE)

    client = HubClient(API, transport=httpx.MockTransport(answer), concurrency=1)
    reading = [asyncio.ensure_future(client.list_users("t")) for _ in range(3)]
    await asyncio.sleep(0)
    await client.answer_time()
    assert measured.is_set()
    release.set()
    await asyncio.gather(*reading)


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(503, text="restarting"), httpx.ConnectError("no"), httpx.ReadTimeout("late")],
)
async def test_a_measurement_that_fails_is_not_tried_again(answer):
    hub = Hub(answer)
    with pytest.raises(errors.HubError):
        await hub.client().answer_time()
    assert len(hub.requests) == 1
    assert hub.pauses == []


# --- what follows from an answer --------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "times"), [(401, 1), (403, 1), (404, 1), (400, 0), (409, 0), (500, 0), (200, 0)]
)
async def test_a_refusal_is_told_to_whoever_keeps_what_people_hold(status, times):
    refused = []
    answer = httpx.Response(200, json=PAGE) if status == 200 else refusal(status, "no")
    client = Hub(answer).client(on_refused=lambda: refused.append(status))
    with contextlib.suppress(errors.HubError):
        await client.list_users("t0")
    with contextlib.suppress(errors.HubError):
        async with client.progress("t0", "alice", ""):
            pass
    assert refused == [status] * 2 * times


async def test_the_version_is_not_waited_for_and_learned_all_the_same():
    asked, answered = [], asyncio.Event()

    async def answer(request):
        asked.append(request)
        await answered.wait()
        return httpx.Response(200, json={"version": "6.1.1"})

    client = HubClient(API, transport=httpx.MockTransport(answer))
    assert await client.version_within(0.01) is None
    assert await client.version_within(0.01) is None
    answered.set()
    assert await client.version_within(30) == "6.1.1"
    assert len(asked) == 1


async def test_a_hub_that_is_away_has_no_version_and_is_asked_again():
    hub = Hub(httpx.ConnectError("down"))
    client = hub.client()
    assert await client.version_within(30) is None
    hub.answers = [httpx.Response(200, json={"version": "6.1.1"})]
    assert await client.version_within(30) == "6.1.1"


async def test_closing_ends_the_question_for_the_version():
    never = asyncio.Event()

    async def answer(request):
        await never.wait()

    client = HubClient(API, transport=httpx.MockTransport(answer))
    assert await client.version_within(0.01) is None
    await client.close()
    assert client._asking_version.cancelled()
