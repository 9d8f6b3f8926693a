"""The command `contactcenter`, and the same as `python -m contactcenter`."""

from contactcenter import compiled_engine


def main() -> None:
    compiled_engine.prefer()
    from contactcenter.cli import app  # It imports the engine.

    app()


if __name__ == "__main__":
    main()
