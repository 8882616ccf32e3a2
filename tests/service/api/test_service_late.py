"""A kernel that a server shuts down after it was given up."""

from __future__ import annotations

from .case import kernel


async def test_what_is_done_after_it_was_given_up_is_written_down_once(case):
    own = (await case.check_in("alices-server", kernels=[kernel()])).json["token"]
    id_ = (await case.api("POST", "servers/alice/kernels/k1/shutdown", "admin")).json["id"]
    case.clock.forward(minutes=6)
    await case.parts.requests.give_up()
    done = [{"id": id_, "ok": True, "message": "It took a while."}]
    # Another server's word for it counts for nothing.
    await case.check_in("bobs-server", "bob", "gpu", done=done)
    await case.check_in(own, done=done)
    await case.check_in(own, done=done)
    late, given_up = [entry for entry in await case.log() if entry["action"] == "stop-kernel"]
    assert (given_up["id"], given_up["outcome"]) == (int(id_), "failed")
    assert (late["outcome"], late["actor"], late["target"]) == ("done", "admin", "k1")
    assert late["message"] == "It took a while."
    assert "given up" in late["reason"]
