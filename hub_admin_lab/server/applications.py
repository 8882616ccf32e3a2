"""Applications behind this server, such as RStudio or VS Code: when they were last used.

jupyter-server-proxy tells of their traffic among the ``last_activity_times``; older versions only
by ``api_last_activity``, which every open JupyterLab moves as well. So of those what they tell is
listened to where they tell it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

_HANDLERS = "jupyter_server_proxy.handlers"
_KEY = "api_last_activity"


class Applications:
    """Notices traffic of the applications that an older jupyter-server-proxy runs.

    An open page of theirs that asks for news by itself is traffic too: nothing here can tell it
    from somebody who works in it.

    Attributes
    ----------
    used_at
        When there was traffic last; None: not yet.
    unheard
        They are there, and their traffic cannot be listened to.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._found = False
        self.used_at: datetime | None = None
        self.unheard = False

    def find(self) -> None:
        """Begin to listen once jupyter-server-proxy is there; extensions load one by one."""
        if self._found:
            return
        module = sys.modules.get(_HANDLERS)
        if module is None:
            return
        self._found = True
        handler: Any = getattr(module, "ProxyHandler", None)
        record = getattr(handler, "_record_activity", None)
        if record is None:
            self.unheard = True
            return

        @wraps(record)
        def listened(proxied: Any) -> Any:
            before = proxied.settings.get(_KEY)
            result = record(proxied)
            # An application can be configured not to count.
            if proxied.settings.get(_KEY) is not before:
                self.used_at = self._now()
            return result

        handler._record_activity = listened
