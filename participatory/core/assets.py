"""Where templates, static files and migrations are: beside the package in a checkout, inside it in a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def assets_folder() -> Path:
    """The folder that holds `templates`, `static` and `migrations`."""
    checkout = _PACKAGE.parent
    return checkout if (checkout / "templates").is_dir() else _PACKAGE / "_assets"
