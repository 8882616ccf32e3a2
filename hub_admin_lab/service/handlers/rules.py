"""`rules`: what is set at each level, and by whom."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import cast

from hub_admin_lab.errors import Forbidden, HubNotFound
from hub_admin_lab.idle.rules import RuleKey
from hub_admin_lab.models.rules import Level, RulesView, RuleView
from hub_admin_lab.models.service import RuleChange, RuleVersionQuery
from hub_admin_lab.service.access import Access
from hub_admin_lab.service.handlers.base import ServiceHandler, named
from hub_admin_lab.service.parts import ServiceParts
from hub_admin_lab.service.store import StoredRule


class RulesHandler(ServiceHandler):
    """`rules`."""

    route = "rules"

    async def get(self) -> None:
        """200 with a `RulesView`: the rules that the caller may edit, or that hold for them."""
        access = await self.access()
        self.expect_nothing()
        rules = self.parts.rulebook
        members = await _members(self.parts, access)
        views = []
        for stored in sorted(rules.stored(), key=_order):
            groups = [group for group in access.groups if _owner(stored) in members.get(group, ())]
            may_edit = access.edits_rule(stored.level, stored.name, groups)
            if may_edit or _concerns(access, stored):
                views.append(rule_view(stored, may_edit=may_edit))
            await asyncio.sleep(0)  # there may be thousands
        self.reply(RulesView(defaults=rules.defaults, rules=views, as_of=self.parts.now()))


class RuleHandler(ServiceHandler):
    """`rules/{level}/{name}`; `rules/hub` has no name."""

    route = "rule"

    async def put(self, level: str, name: str | None = None) -> None:
        """Set it: 200 with the `RuleView`; 409 if somebody else has changed it meanwhile."""
        access = await self.access(acts=True)
        self.expect_no_query()
        change = self.parse_body(RuleChange)
        key = rule_key(level, name)
        await check_edits(self.parts, access, key)
        if not access.edits_everything:
            self.parts.rulebook.check_ceilings()
        self.parts.rulebook.check(key, change.rule, self.parts.now(), at="rule")
        stored = await self.parts.rulebook.put(
            key, change.rule, version=change.version, by=access.caller.actor
        )
        self.parts.rules_changed()
        self.reply(rule_view(stored, may_edit=True))

    async def delete(self, level: str, name: str | None = None) -> None:
        """Take it away: 204, also where there is none."""
        access = await self.access(acts=True)
        query = self.parse_query(RuleVersionQuery)
        self.expect_no_body()
        key = rule_key(level, name)
        await check_edits(self.parts, access, key)
        await self.parts.rulebook.delete(key, version=query.version, by=access.caller.actor)
        self.parts.rules_changed()
        self.done()


async def check_edits(parts: ServiceParts, access: Access, key: RuleKey) -> None:
    """Refuse a rule that is not the caller's to change; of a user the Hub tells the groups.

    Raises
    ------
    Forbidden
        It is not.
    HubError
        The Hub does not tell.
    """
    level, name = key
    if not access.edits_something:
        raise Forbidden("You may not edit rules.")
    groups: frozenset[str] = frozenset()
    if access.needs_groups(level):
        with suppress(HubNotFound):  # in no group
            groups = await parts.active.groups_of(name.partition("/")[0])
    access.check_rule(level, name, groups)


def rule_view(stored: StoredRule, *, may_edit: bool) -> RuleView:
    """Return a rule as it is sent."""
    return RuleView(
        level=stored.level,
        name=stored.name,
        rule=stored.rule,
        version=stored.version,
        changed_by=stored.changed_by,
        changed_at=stored.changed_at,
        may_edit=may_edit,
    )


async def _members(parts: ServiceParts, access: Access) -> dict[str, frozenset[str]]:
    """Return the members of the groups whose rules the caller may edit, by group.

    Raises
    ------
    HubError
        The Hub does not tell. Without it rules would be missing from the list, and look as if they
        were not set.
    """
    groups = [] if access.edits_everything else access.groups
    return {group: await parts.members.of(group) for group in groups}


def _concerns(access: Access, stored: StoredRule) -> bool:
    """Return whether a rule is the hub's, or holds for the caller's own servers."""
    if stored.level == "group":
        return access.caller.at_home and stored.name in access.caller.groups
    return stored.level == "hub" or access.owns(_owner(stored))


def _owner(stored: StoredRule) -> str:
    """Return whose servers a rule of a user or a server is for."""
    return stored.name.partition("/")[0] if stored.level in ("user", "server") else ""


def rule_key(level: str, name: str | None) -> RuleKey:
    """Return the key of a rule as it is named in a path or a draft."""
    name = named(name or "")
    if level == "server" and name and "/" not in name:
        name += "/"  # the default server; a slash at the end may be lost on the way
    return cast("Level", level), name


def _order(stored: StoredRule) -> tuple[int, str]:
    return ("hub", "group", "user", "server").index(stored.level), stored.name
