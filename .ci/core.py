"""Import every module where no extra is installed: what needs one must be a part that the core never imports."""

import importlib
import pkgutil
import sys

import alignment

# Top-level names of the extras, and the rooms that may need them.
ALLOWED = {
    "alignment.review": {
        "sqlalchemy",
        "alembic",
        "fastapi",
        "starlette",
        "itsdangerous",
        "uvicorn",
        "argon2",
        "multipart",
        "PIL",
    },
}


def main() -> None:
    """Print what needs an extra; exit with 1 if a part of the core does."""
    bad, extra, core = [], [], 0
    for module in pkgutil.walk_packages(alignment.__path__, "alignment."):
        room = ".".join(module.name.split(".")[:2])
        try:
            importlib.import_module(module.name)
            core += 1
        except ModuleNotFoundError as error:
            missing = (error.name or "").partition(".")[0]
            (extra if missing in ALLOWED.get(room, ()) else bad).append(f"{module.name} needs {missing}")
    sys.stdout.write(f"{core} modules without an extra, {len(extra)} with one\n")
    if bad or core < 150:
        sys.exit("\n".join(["the core needs an extra:", *bad]))


if __name__ == "__main__":
    main()
