"""Write the JSON Schema of the API's models: ``python -m hub_admin_lab.schema``.

``jlpm build:types`` turns it into ``src/api/types.ts``. Both are committed, and a test fails when
they are not up to date.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from hub_admin_lab import models
from hub_admin_lab.models.base import Answer, Request


def api_schema() -> dict[str, Any]:
    """Return the JSON Schema of every model in ``hub_admin_lab.models``, answers as answered."""
    nested = {"KernelIdleUpdate", "TerminalIdleUpdate", "ServerIdleUpdate"}
    bodies = [
        model
        for name in models.__all__
        if isinstance(model := getattr(models, name), type) and issubclass(model, (Answer, Request))
        if name not in nested
    ]
    tops: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        (model, "validation" if issubclass(model, Request) else "serialization") for model in bodies
    ]
    _, schema = models_json_schema(tops, title="Hub Admin Lab API")
    # A root that refers to everything makes json2ts write every model.
    schema["type"] = "object"
    schema["additionalProperties"] = False
    schema["properties"] = {name: {"$ref": f"#/$defs/{name}"} for name in sorted(schema["$defs"])}
    for definition in schema["$defs"].values():
        definition.setdefault("additionalProperties", False)
        for field in definition.get("properties", {}).values():
            field.pop("title", None)  # else json2ts makes a type alias of every field
            if "$ref" in field:
                field.pop("default", None)  # else json2ts makes a second type of the same model
    return schema


def main() -> None:
    """Print the schema."""
    json.dump(api_schema(), sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
