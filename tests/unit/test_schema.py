"""The schema of the API that the front end is generated from."""

from __future__ import annotations

import json
from pathlib import Path

from hub_admin_lab.schema import api_schema

SCHEMA = Path(__file__).parents[2] / "src" / "api" / "schema.json"


def test_the_committed_schema_is_the_models():
    # `make types` writes it again, and src/api/types.ts with it.
    assert json.loads(SCHEMA.read_text()) == json.loads(json.dumps(api_schema()))
