"""What holds for every route and every verb, those of tomorrow included."""

from __future__ import annotations

import re

import pytest
from tornado.web import RequestHandler

from hub_admin_lab.handlers.lazy import LazyHandler
from hub_admin_lab.handlers.unknown import UnknownHandler

VERBS = ("get", "post", "put", "patch", "delete")
EXAMPLES = {
    "user": "alice",
    "server": "gpu",
    "group": "class-a",
    "kernel_id": "0000",
    "stream": "0000",
    "bulk": "0000",
    "notice": "0000",
    "path": "rules",
}


@pytest.fixture
def jp_serverapp(on_a_hub):
    return on_a_hub


def ours(serverapp):
    """Yield (pattern, handler class) for the routes of the extension."""
    for host in serverapp.web_app.default_router.rules:
        for rule in host.target.rules:
            if isinstance(rule.target, type) and issubclass(rule.target, LazyHandler):
                yield rule.matcher.regex.pattern, rule.target.load()


def example(pattern):
    """Return a path that a pattern of ours takes."""
    path = re.sub(r"\(\?:/\.\*\)\?", "/anything", pattern.rstrip("$"))
    path = re.sub(r"\(\?P<(\w+)>[^()]*\)", lambda m: EXAMPLES[m[1]], path)
    path = re.sub(r"\(\?:([^|()]*)\|[^()]*\)", r"\1", path)
    return path.partition("/hub-admin-lab/api/")[2]


def test_the_routes_are_found(jp_serverapp):
    assert {example(pattern) for pattern, _ in ours(jp_serverapp)} >= {
        "info",
        "users",
        "users/alice",
        "users/alice/server",
        "users/alice/server/restart",
        "users/alice/server/progress",
        "groups",
        "groups/class-a",
        "groups/class-a/users",
        "groups/class-a/properties",
        "shutdown",
        "bulk",
        "bulk/0000",
        "idle",
        "kernels",
        "kernels/0000",
        "service/rules",
        "deadline",
        "notices/0000",
        "presence",
    }


async def test_no_verb_answers_without_a_token(jp_serverapp, call, faulty_hub):
    tried = 0
    for pattern, handler in ours(jp_serverapp):
        for verb in VERBS:
            if getattr(handler, verb) is getattr(RequestHandler, verb):
                continue
            tried += 1
            status, body = await call(verb.upper(), example(pattern), who=None, body="")
            assert (status, body["code"]) == (403, "forbidden"), (verb, pattern)
    assert tried >= 16
    assert faulty_hub.asked == []


def test_no_route_counts_as_activity(jp_serverapp):
    for _, handler in ours(jp_serverapp):
        assert handler._track_activity is False


def test_each_route_is_authorized_as_what_it_is_about(jp_serverapp):
    """Kernels as in Jupyter's own API, so that an operator's Authorizer holds for both."""
    for pattern, handler in ours(jp_serverapp):
        kernels = example(pattern).startswith("kernels")
        assert handler.auth_resource == ("kernels" if kernels else "hub_admin_lab"), pattern


async def test_no_verb_takes_an_argument_that_it_does_not_know(jp_serverapp, call, faulty_hub):
    for pattern, handler in ours(jp_serverapp):
        for verb in VERBS:
            if handler is UnknownHandler or getattr(handler, verb) is getattr(RequestHandler, verb):
                continue
            arguments = {"params": {"nonsense": "1"}, "body": "" if verb == "get" else "{}"}
            status, body = await call(verb.upper(), example(pattern), **arguments)
            assert (status, body["code"]) == (400, "invalid_request"), (verb, pattern)
    assert faulty_hub.asked == []
