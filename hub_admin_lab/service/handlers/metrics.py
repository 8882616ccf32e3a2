"""`metrics`: for Prometheus."""

from __future__ import annotations

from hub_admin_lab.errors import Forbidden
from hub_admin_lab.service.handlers.base import ServiceHandler
from hub_admin_lab.service.metrics import CONTENT_TYPE


class MetricsHandler(ServiceHandler):
    """`metrics`, beside the API: as at the Hub for holders of `read:metrics`, or for everybody."""

    route = "metrics"

    async def get(self) -> None:
        """200 with the metrics as text."""
        if not self.parts.settings.metrics_open:
            access = await self.access()
            if not access.sees_metrics:
                raise Forbidden("The metrics are for holders of the hub's scope `read:metrics`.")
        self.parts.opening.expect_done()
        self.expect_nothing()
        text = self.parts.metrics.text()
        self.set_header("Content-Type", CONTENT_TYPE)
        self.finish(text)
