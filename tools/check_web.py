"""Types, lint and tests of the web pages, with the Node that builds them."""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import hatch_build  # noqa: E402 - found through the line above

WEB = ROOT / "web"


def main() -> int:
    node, npm = hatch_build.find_node()
    with tempfile.TemporaryDirectory(prefix="contactcenter-web-") as scratch:
        environment = hatch_build.npm_environment(node, Path(scratch))
        try:
            if not (WEB / "node_modules/.package-lock.json").is_file():
                hatch_build.run([*npm, "ci", "--no-audit", "--no-fund"], WEB, environment)
            for script in ("check", "test"):
                hatch_build.run([*npm, "run", script], WEB, environment)
        except hatch_build.WebPagesError as error:
            sys.stderr.write(f"Web pages: {error}\n")
            return 1
    sys.stderr.write("Web pages: types, lint and tests are in order.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
