"""The command `contactcenter`, and the same as `python -m contactcenter`."""

import gc

from contactcenter import compiled_engine


def main() -> None:
    compiled_engine.prefer()
    # What is imported stays: looking through it for garbage again and again takes a sixth of the start.
    gc.disable()
    from contactcenter.cli import app  # It imports the engine.

    gc.freeze()
    gc.enable()
    app()


if __name__ == "__main__":
    main()
