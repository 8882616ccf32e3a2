"""`preview`: what drafted rules would stop now, and what they would keep."""

from __future__ import annotations

from hub_admin_lab.errors import InvalidRequest
from hub_admin_lab.idle.rules import RuleKey
from hub_admin_lab.models.rules import Rule
from hub_admin_lab.models.service import PreviewRequest
from hub_admin_lab.service.handlers.base import ServiceHandler
from hub_admin_lab.service.handlers.rules import check_edits, rule_key
from hub_admin_lab.service.preview import judge_all, preview_of, seen_by


class PreviewHandler(ServiceHandler):
    """`preview`."""

    route = "preview"

    async def post(self) -> None:
        """200 with a `Preview` of the servers that the caller may see; nothing is changed."""
        access = await self.access()
        self.expect_no_query()
        asked = self.parse_body(PreviewRequest).drafts
        drafts: dict[RuleKey, Rule | None] = {}
        for draft in asked:
            key = rule_key(draft.level, draft.name)
            if key in drafts:
                raise InvalidRequest("Give each rule only once.", [{"field": "drafts"}])
            await check_edits(self.parts, access, key)
            drafts[key] = draft.rule
        rulebook, now = self.parts.rulebook, self.parts.now()
        for number, (key, rule) in enumerate(drafts.items()):
            if rule is not None:
                # Weighed by the other drafts, and by what it replaces: an exemption that stays as
                # it is is not a new one.
                others = {k: other for k, other in drafts.items() if k != key}
                before = rulebook.with_drafts(others)
                rulebook.check(key, rule, now, book=before, at=f"drafts.{number}.rule")
        active = self.parts.active
        seen = await seen_by(active, access)
        verdicts = await judge_all(self.parts.judge, seen, draft=rulebook.draft(drafts))
        self.reply(preview_of(verdicts, active.as_of or now))
