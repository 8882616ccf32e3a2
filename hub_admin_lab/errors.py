"""Everything that can go wrong, as one tree. Nobody else turns errors into responses.

::

    HubAdminLabError                500 internal
      InvalidRequest                400 invalid_request
      Unauthorized                  401 unauthorized
        IntroduceYourself           401 introduce_yourself    a server, with its own token
      Forbidden                     403 forbidden
        NotAtHome                   403 not_at_home
      NotFound                      404 not_found
      NotOnAHub                     404 not_on_a_hub
      Conflict                      409 conflict
        OwnServer                   409 own_server
        NotAdjustable               409 not_adjustable
        RuleChanged                 409 rule_changed
      TooLarge                      413 too_large
      TooManyRequests               429 too_many_requests
      NotSaved                      500 not_saved
      StoreUnavailable              503 store_unavailable  the service's database
        StoreUnusable               503 store_unavailable  for good
      HubError
        HubRefused                  400 hub_refused      or the Hub's own 409, 429, ...
        HubForbidden                403 hub_forbidden
        HubNotFound                 404 hub_not_found
        HubFailed                   500 hub_failed       the Hub's 500, its reason kept
        HubTooOld                   501 hub_too_old      JupyterHub 5 where it takes 6
        HubUnreachable              502 hub_unreachable
        HubBadAnswer                502 hub_bad_answer
        HubUnavailable              503 hub_unavailable  starting, restarting
        HubTimeout                  504 hub_timeout
      ServiceError
        NoService                   404 no_service
        ServiceUnreachable          502 service_unreachable
        ServiceBadAnswer            502 service_bad_answer
        ServiceUnavailable          503 service_unavailable
        ServiceTimeout              504 service_timeout

Every message is a sentence for the person who reads it. It never holds a token, a URL with a
query, or a body that was not meant for people.
"""

from __future__ import annotations

from typing import Any, ClassVar


class HubAdminLabError(Exception):
    """Base of all errors that are answers.

    Parameters
    ----------
    message
        A sentence for the person, with what to do next.
    detail
        More for programs, JSON serialisable: the fields that were wrong, say.
    """

    status: int = 500
    code: ClassVar[str] = "internal"

    def __init__(self, message: str, detail: Any = None) -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail


class InvalidRequest(HubAdminLabError):
    """The request is not of the form that the route takes."""

    status = 400
    code = "invalid_request"


class Unauthorized(HubAdminLabError):
    """The request does not say whose it is, or not so that the Hub knows it."""

    status = 401
    code = "unauthorized"


class IntroduceYourself(Unauthorized):
    """The service does not know this server (any more): it sends its own token of the Hub again.

    Parameters
    ----------
    retry_after
        Seconds after which it does, so that not all servers do at once.
    """

    code = "introduce_yourself"

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Forbidden(HubAdminLabError):
    """The visitor may not do this."""

    status = 403
    code = "forbidden"


class NotAtHome(Forbidden):
    """Hub functions answer only to the owner of the server (rule 5 of the design)."""

    code = "not_at_home"


class NotFound(HubAdminLabError):
    """There is no such thing in this server."""

    status = 404
    code = "not_found"


class NotOnAHub(HubAdminLabError):
    """This server does not belong to a JupyterHub."""

    status = 404
    code = "not_on_a_hub"


class Conflict(HubAdminLabError):
    """Not possible in the state that things are in."""

    status = 409
    code = "conflict"


class OwnServer(Conflict):
    """The server cannot restart itself: it would be gone before it could start again."""

    code = "own_server"


class NotAdjustable(Conflict):
    """These settings are somebody else's, such as a gateway's."""

    code = "not_adjustable"


class TooLarge(HubAdminLabError):
    """The body is longer than anything that the route takes."""

    status = 413
    code = "too_large"


class TooManyRequests(HubAdminLabError):
    """It has been asked too often.

    Parameters
    ----------
    retry_after
        Seconds after which it may be asked again.
    """

    status = 429
    code = "too_many_requests"

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class RuleChanged(Conflict):
    """Somebody else changed the rule first; ``detail`` says who, when, and to which version."""

    code = "rule_changed"


class NotSaved(HubAdminLabError):
    """What should outlive the server could not be written, so it was not done at all."""

    code = "not_saved"


class StoreUnavailable(HubAdminLabError):
    """The database of the hub service cannot be reached, or not be used."""

    status = 503
    code = "store_unavailable"


class StoreUnusable(StoreUnavailable):
    """No waiting helps: its URL is wrong, or a newer version of this package made its tables."""


class HubError(HubAdminLabError):
    """The Hub refused, failed, or did not answer."""


class HubRefused(HubError):
    """The Hub found the request wrong, or not possible now, in its own words.

    Parameters
    ----------
    message
        The Hub's words.
    status
        The Hub's status, 4xx: 409 for what exists already, 429 for too many starts at once.
    detail
        What became of each part of the request, where it had several.
    """

    code = "hub_refused"

    def __init__(self, message: str, status: int = 400, detail: Any = None) -> None:
        super().__init__(message, detail)
        self.status = status


class HubForbidden(HubError):
    """The Hub does not allow it to this visitor."""

    status = 403
    code = "hub_forbidden"


class HubNotFound(HubError):
    """The Hub knows no such user, server or group, or does not show it to this visitor."""

    status = 404
    code = "hub_not_found"


class HubFailed(HubError):
    """The Hub tried and failed, for the reason in the message."""

    status = 500
    code = "hub_failed"


class HubTooOld(HubError):
    """The Hub's version cannot do this."""

    status = 501
    code = "hub_too_old"


class HubUnreachable(HubError):
    """No connection to the Hub."""

    status = 502
    code = "hub_unreachable"


class HubBadAnswer(HubError):
    """What answered is not a JupyterHub, or not one that we understand."""

    status = 502
    code = "hub_bad_answer"


class HubUnavailable(HubError):
    """Something answered for the Hub that it cannot be reached now."""

    status = 503
    code = "hub_unavailable"


class HubTimeout(HubError):
    """The Hub took the request and did not answer in time."""

    status = 504
    code = "hub_timeout"


class ServiceError(HubAdminLabError):
    """The hub service did not answer. What it answers itself is passed on as it is."""


class NoService(ServiceError):
    """This hub has no hub service, or this server was not told of it."""

    status = 404
    code = "no_service"


class ServiceUnreachable(ServiceError):
    """No connection to the hub service."""

    status = 502
    code = "service_unreachable"


class ServiceBadAnswer(ServiceError):
    """What answered is not the hub service, or not one that we understand."""

    status = 502
    code = "service_bad_answer"


class ServiceUnavailable(ServiceError):
    """Something answered for the hub service that it cannot be reached now."""

    status = 503
    code = "service_unavailable"


class ServiceTimeout(ServiceError):
    """The hub service took the request and did not answer in time."""

    status = 504
    code = "service_timeout"
