"""Many new users at once, each with an outcome of its own."""

from __future__ import annotations

from collections.abc import Iterable

from hub_admin_lab.errors import HubError, HubFailed, HubRefused, InvalidRequest
from hub_admin_lab.hub.client import HubClient
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.listing.servers import HubServers
from hub_admin_lab.hub.paths import LONGEST_NAME
from hub_admin_lab.hub.records import Records, must_hold, on_user
from hub_admin_lab.hub.scopes import MANAGE_USERS
from hub_admin_lab.models import AddedUsers, AddUsers, RefusedName, UserView

_EXISTS = 409


class UserAdder:
    """Adds users for whoever asks.

    One name after the other. Asked for several at once the Hub creates nobody if one name is bad,
    does not say who existed before, and answers nobody else until it is through; it saves about
    10 ms a name.

    Parameters
    ----------
    client
        The Hub.
    servers
        How its users are.
    records
        Where each user who is added leaves a record.
    """

    def __init__(self, client: HubClient, servers: HubServers, records: Records) -> None:
        self._client = client
        self._servers = servers
        self._records = records

    async def add(self, actor: Actor, new: AddUsers) -> AddedUsers:
        """Add users; the answer tells what became of each name.

        Where the Hub cannot be asked any further, the names that are left are refused.

        Raises
        ------
        InvalidRequest
            There is no name.
        HubRefused
            Nobody was created: 409 if all of them exist, else 400. ``detail`` is the answer.
        HubError
            Nobody was created, and the Hub cannot be asked.
        """
        must_hold(actor, MANAGE_USERS)
        names = distinct(new.usernames)
        if not names:
            raise InvalidRequest("Name at least one user.")
        created: dict[str, UserView] = {}
        existing: list[str] = []
        refused: list[RefusedName] = []
        for place, name in enumerate(names):
            try:
                view = await self._add(actor, name, admin=new.admin)
            except (HubRefused, HubFailed) as error:
                if error.status == _EXISTS:
                    existing.append(name)
                else:
                    refused.append(RefusedName(name=name, message=error.message))
            except HubError as error:
                if not created:
                    raise
                left = names[place:]
                refused += [RefusedName(name=name, message=error.message) for name in left]
                break
            else:
                created[view.name] = view
        added = AddedUsers(created=list(created.values()), existing=existing, refused=refused)
        if not created:
            raise _nobody(added)
        return added

    async def _add(self, actor: Actor, name: str, *, admin: bool) -> UserView:
        with self._records.of(actor, "add-users", on_user(name), "As an admin" if admin else ""):
            if len(name) > LONGEST_NAME:
                raise HubRefused(f"A name has at most {LONGEST_NAME} characters.")
            user = await self._client.manage.create_user(actor.token, name, admin=admin)
        view = self._servers.user_view_of(actor, user)
        self._servers.news_of(actor).seen(view)
        return view


def distinct(names: Iterable[str]) -> list[str]:
    """Return names without the spaces around them, each once, in their order."""
    return list(dict.fromkeys(name for name in map(str.strip, names) if name))


def _nobody(added: AddedUsers) -> HubRefused:
    detail = added.model_dump(mode="json")
    first = added.refused[0] if added.refused else None
    if first is None:
        exist = "All of these users exist" if len(added.existing) > 1 else "This user exists"
        return HubRefused(f"{exist} already.", _EXISTS, detail)
    only = len(added.refused) == 1 and not added.existing
    return HubRefused(first.message if only else f"Nobody was added. {first.message}", 400, detail)
