"""Put what stands beside the package in a checkout inside the wheel; an editable install needs none of it."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BESIDE = {
    "config.py": "config.py",
    "wsgi.py": "wsgi.py",
    "templates": "participatory/_assets/templates",
    "static": "participatory/_assets/static",
    "migrations": "participatory/_assets/migrations",
}


class AssetsHook(BuildHookInterface[Any]):
    """Called by hatchling before it builds a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Copies in an editable install would hide the files that a developer changes."""
        if version == "standard":
            build_data["force_include"].update(BESIDE)
