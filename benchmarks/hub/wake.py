"""Has the Hub know of servers that were written into its database while it ran."""

from __future__ import annotations

from jupyterhub import orm
from tornado.web import RequestHandler

AT_ONCE = 500  # users: nobody else is answered meanwhile


class WakeHandler(RequestHandler):
    """``GET /hub/bench/wake?after=ID``: open to whoever is on this machine."""

    def get(self) -> None:
        """200 with the id of the last user whose default server is known now; null: all are."""
        query = self.settings["db"].query(orm.User).filter(orm.User.admin.is_(False))
        after = orm.User.id > int(self.get_argument("after", "0"))
        last = None
        for user in query.filter(after).order_by(orm.User.id).limit(AT_ONCE):
            # It is made when somebody first asks for it.
            self.settings["users"][user].spawners[""]
            last = user.id
        self.write({"last": last})
