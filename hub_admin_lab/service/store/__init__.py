"""The service's database, behind one class: SQLite, PostgreSQL or MySQL, by SQLAlchemy.

``store`` is the outside; ``database`` runs its transactions, which ``rules``, ``kept``,
``reports``, ``notices`` and ``audit`` are made of; ``tables`` says what is where, and
``migrations`` brings an older database there.
"""

from hub_admin_lab.service.store.audit import Act, AuditVisible
from hub_admin_lab.service.store.notices import StoredNotice
from hub_admin_lab.service.store.rules import StoredRule
from hub_admin_lab.service.store.store import Store

__all__ = ["Act", "AuditVisible", "Store", "StoredNotice", "StoredRule"]
