"""`python -m contactcenter` is the same as the command `contactcenter`."""

from contactcenter.cli import app

if __name__ == "__main__":
    app()
