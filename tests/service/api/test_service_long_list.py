"""`GET servers` where servers report as much as they may: the list stays one that can be read."""

from __future__ import annotations

from hub_admin_lab.service.handlers import servers as module

from .case import kernel

LONG = "/a/" + "x" * 900 + "/z.ipynb"


def much():
    """As much as a report takes, the newest last."""
    kernels = [
        kernel(
            f"{number:0100}",
            name="n" * 255,
            path=LONG,
            idle_seconds=1000 - number,
        )
        for number in range(99)
    ]
    busy = kernel("b", state="busy", busy_seconds=50, path="busy.ipynb", idle_seconds=5000)
    terminals = [{"name": "t" * 255, "idle_seconds": n} for n in range(100)]
    return {"kernels": [busy, *kernels], "terminals": terminals}


async def listed(case, path="servers"):
    answer = await case.api("GET", path, "admin")
    assert answer.status == 200, answer.body
    return answer, next(item for item in answer.json["items"] if item["user"] == "alice")


async def test_what_one_server_reports_is_cut(case):
    assert (await case.check_in("alices-server", **much())).status == 200
    answer, alice = await listed(case)
    assert len(answer.body) < 64 * 1024
    report = alice["report"]
    assert (len(report["kernels"]), len(report["terminals"]), report["left_out"]) == (30, 30, 140)
    # The busy one, then those that were used last.
    assert [each["id"].lstrip("0") for each in report["kernels"][:3]] == ["b", "98", "97"]
    path = report["kernels"][1]["path"]
    assert (len(path), path[:3], path[-8:]) == (150, "/a/", "/z.ipynb")
    sources = alice["decision"]["sources"]
    kinds = [source["kind"] for source in sources]
    assert kinds.count("kernel") + kinds.count("busy_kernel") + kinds.count("terminal") == 30
    assert {"busy_kernel", "presence", "hub", "report", "tab"} <= set(kinds)
    assert max(len(source["name"]) for source in sources) <= 150


async def test_what_is_usual_is_whole(case):
    await case.check_in("alices-server", kernels=[kernel(), kernel("k2")])
    _, alice = await listed(case)
    assert [each["id"] for each in alice["report"]["kernels"]] == ["k1", "k2"]
    assert alice["report"]["left_out"] == 0
    assert alice["report"]["kernels"][0]["path"] == "train.ipynb"


async def test_beyond_a_size_servers_come_without_their_kernels(case, monkeypatch):
    await case.check_in("alices-server", **much())
    await case.check_in("bobs-server", "bob", "gpu", **much())
    monkeypatch.setattr(module, "FULL", 10_000)
    answer, alice = await listed(case)
    bob = next(item for item in answer.json["items"] if item["user"] == "bob")
    assert len(alice["report"]["kernels"]) == 30
    assert (bob["report"]["kernels"], bob["report"]["left_out"]) == ([], 200)
    assert {source["kind"] for source in bob["decision"]["sources"]} == {
        "presence",
        "tab",
        "hub",
        "report",
    }
