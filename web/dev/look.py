"""The visual check: every page at two widths in both colour schemes, as pictures, with axe-core's verdict.

Start `node dev/fake-server.mjs` after a build, then run this with the folder for the pictures:
`python dev/look.py OUT [--base http://127.0.0.1:8099] [--only NAME]`. Exit code 1 when axe finds something.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

AXE = Path(__file__).parent.parent / "node_modules/axe-core/axe.min.js"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
WIDTHS = {"1440": (1440, 900), "390": (390, 844)}
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'], rules: {region: {enabled: false}}}"


class Look:
    def __init__(self, browser: Browser, base: str, out: Path, only: str) -> None:
        self.browser = browser
        self.base = base
        self.out = out
        self.only = only
        self.failures = 0
        self.peer = browser.new_page()
        self.peer.goto(base + "/dev/peer.html")

    def stage(self, what: str) -> None:
        url = f"{self.base}/dev/{what}"
        self.peer.request.post(url)

    def page(self, width: str, scheme: str) -> Page:
        w, h = WIDTHS[width]
        context = self.browser.new_context(
            viewport={"width": w, "height": h}, color_scheme=scheme, permissions=["microphone"], locale="en-GB"
        )
        page = context.new_page()
        page.on("console", self.console)
        page.on("pageerror", lambda error: self.complain(f"page error: {error}"))
        return page

    def console(self, message: object) -> None:
        kind, text = message.type, message.text  # type: ignore[attr-defined]
        if (
            kind in ("error", "warning")
            and not any(code in text for code in ("401", "409", "422", "429"))
            and "AudioContext" not in text
        ):
            self.complain(f"console {kind}: {text}")

    def complain(self, text: str) -> None:
        self.failures += 1
        sys.stdout.write(f"  !! {text}\n")

    def shot(self, page: Page, name: str, width: str, scheme: str) -> None:
        page.wait_for_timeout(500)
        page.screenshot(path=self.out / f"{name}-{width}-{scheme}.png")
        page.evaluate(AXE.read_text())
        found = page.evaluate(f"axe.run(document, {RULES})")["violations"]
        for violation in found:
            nodes = [node["html"][:160] for node in violation["nodes"][:3]]
            detail = violation["nodes"][0].get("failureSummary", "").replace("\n", " ")[:260]
            self.complain(f"{name} {width} {scheme}: {violation['id']}: {nodes} {detail}")
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
            self.complain(f"{name} {width} {scheme}: scrolls sideways")


def sign_in(look: Look, page: Page, email: str) -> None:
    page.goto(look.base + "/signin")
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("textbox", name="Password").fill("demo")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("navigation", name="Main").wait_for()


def signin(look: Look, width: str, scheme: str) -> None:
    page = look.page(width, scheme)
    page.goto(look.base + "/workspace")
    page.get_by_label("E-mail").fill("agent@demo.example")
    page.get_by_role("textbox", name="Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("status").or_(page.get_by_role("alert")).first.wait_for()
    look.shot(page, "signin", width, scheme)
    page.context.close()


def workspace(look: Look, width: str, scheme: str) -> None:
    page = look.page(width, scheme)
    sign_in(look, page, "agent@demo.example")
    look.stage("clear")
    page.get_by_text("No call yet").wait_for()
    look.shot(page, "workspace-empty", width, scheme)
    page.get_by_role("button", name="Off").or_(page.get_by_role("button", name="Available")).first.click()
    look.shot(page, "state-menu", width, scheme)
    page.get_by_role("menuitem", name="Available").click()
    page.wait_for_timeout(400)
    look.stage("offer")
    page.get_by_role("button", name="Accept").wait_for()
    look.shot(page, "offer", width, scheme)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Hang up").wait_for()
    page.wait_for_timeout(4500)
    look.shot(page, "call", width, scheme)
    page.keyboard.press("k")
    page.keyboard.press("5")
    look.shot(page, "keypad", width, scheme)
    page.get_by_role("button", name="Audio").click()
    look.shot(page, "audio", width, scheme)
    page.reload()
    page.get_by_text("Connection: ").wait_for(timeout=15000)
    page.get_by_label("Notes").fill("Wants the parcel on Friday.")
    if width == "390":
        page.get_by_text("Customer", exact=True).click()
        look.shot(page, "context", width, scheme)
        page.get_by_text("Conversation", exact=True).click()
    page.get_by_role("button", name="Hang up").click()
    page.get_by_role("button", name="Save and finish").wait_for()
    page.keyboard.press("Control+Enter")
    page.get_by_role("combobox", name="Result").click()
    look.shot(page, "wrapup", width, scheme)
    page.keyboard.type("new")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    page.get_by_text("No call yet").wait_for()
    page.context.close()


def live(look: Look, width: str, scheme: str) -> None:
    page = look.page(width, scheme)
    sign_in(look, page, "lead@demo.example")
    look.stage("notice")
    page.get_by_role("heading", name="Technical support").wait_for()
    page.get_by_role("button", name="Technical support").click()
    page.wait_for_timeout(800)
    look.shot(page, "live", width, scheme)
    page.get_by_role("button", name="Act on J. Alvarez").click()
    page.get_by_role("menuitem", name="Serve next").wait_for()
    look.shot(page, "live-act", width, scheme)
    page.get_by_role("menuitem", name="Serve next").click()
    page.get_by_role("button", name="Undo").wait_for()
    look.shot(page, "live-done", width, scheme)
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Taken back.").wait_for()
    page.get_by_role("button", name="Act on Unknown number").click()
    page.get_by_role("menuitem", name="Sales").click()
    page.get_by_text("This contact has left the queue").wait_for()
    look.shot(page, "live-gone", width, scheme)
    page.get_by_role("button", name="Dismiss").click()
    look.stage("board")
    page.get_by_role("button", name="Service level:").click()
    page.get_by_text("of offered", exact=True).click()
    look.shot(page, "live-levels", width, scheme)
    page.keyboard.press("Escape")
    page.locator("main").evaluate("main => main.scrollTo(0, main.scrollHeight)")
    look.shot(page, "live-lower", width, scheme)
    page.get_by_text("Table", exact=True).click()
    look.shot(page, "live-table", width, scheme)
    page.goto(look.base + "/live?tv=1")
    page.get_by_role("heading", name="Technical support").wait_for()
    look.shot(page, "tv", width, scheme)
    page.context.close()


def interactions(look: Look, width: str, scheme: str) -> None:
    page = look.page(width, scheme)
    sign_in(look, page, "lead@demo.example")
    page.get_by_role("link", name="Interactions").click()
    page.get_by_text("50 interactions shown").wait_for()
    look.shot(page, "interactions", width, scheme)
    page.goto(look.base + "/interactions?q=nobody-like-this&outcome=handled")
    page.get_by_text("Nothing fits").wait_for()
    look.shot(page, "interactions-none", width, scheme)
    page.goto(look.base + "/interactions/i-2")
    page.get_by_role("heading", name="Timeline").wait_for()
    page.get_by_role("slider").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    look.shot(page, "interaction", width, scheme)
    page.locator("main").evaluate("main => main.scrollTo(0, main.scrollHeight)")
    look.shot(page, "interaction-lower", width, scheme)
    page.locator("main").evaluate("main => main.scrollTo(0, 0)")
    page.get_by_role("button", name="Show how it was decided").click()
    page.get_by_text("nobody with english≥3 was free").wait_for()
    page.get_by_role("button", name="6 agents").nth(3).click()
    page.get_by_role("cell", name="Could have had it").wait_for()
    whole(page, width)
    look.shot(page, "interaction-why", width, scheme)
    page.set_viewport_size({"width": WIDTHS[width][0], "height": WIDTHS[width][1]})
    look.stage("drop")
    page.get_by_role("button", name="Profile of").click()
    look.shot(page, "profile", width, scheme)
    page.context.close()


def whole(page: Page, width: str) -> None:
    """Makes the window as high as the page, so that one picture shows all of it."""
    page.wait_for_timeout(300)
    height = page.locator("main").evaluate("main => main.scrollHeight + window.innerHeight - main.clientHeight")
    page.set_viewport_size({"width": WIDTHS[width][0], "height": min(int(height), 6000)})


def admin(look: Look, width: str, scheme: str) -> None:
    page = look.page(width, scheme)
    sign_in(look, page, "admin@demo.example")
    for area in ("", "queues", "skills", "agents", "profiles", "calendars", "people", "teams", "roles"):
        page.goto(f"{look.base}/admin/{area}")
        page.get_by_role("heading", level=1).wait_for()
        look.shot(page, f"admin-{area or 'index'}", width, scheme)
    for name, path in (
        ("queue", "queues/sales"),
        ("agent", "agents/u-ben"),
        ("profile", "profiles/writer"),
        ("calendar", "calendars/berlin"),
        ("skill", "skills/english"),
        ("pauses", "pauses"),
        ("dispositions", "dispositions"),
        ("queue-new", "queues/new"),
        ("person", "people/u-9"),
        ("person-new", "people/new"),
        ("team", "teams/north"),
        ("role", "roles/night"),
        ("role-ready", "roles/supervisor"),
    ):
        page.set_viewport_size({"width": WIDTHS[width][0], "height": WIDTHS[width][1]})
        page.goto(f"{look.base}/admin/{path}")
        page.locator("form").first.wait_for()
        whole(page, width)
        look.shot(page, f"admin-{name}", width, scheme)
    page.context.close()
    admin_changes(look, width, scheme)
    admin_reads(look, width, scheme)


def admin_changes(look: Look, width: str, scheme: str) -> None:
    """What a person meets while changing: rules opened, refusals, the guard, deleting, the emergency switch."""
    page = look.page(width, scheme)
    sign_in(look, page, "admin@demo.example")
    page.goto(f"{look.base}/admin/queues/sales")
    page.get_by_label("Edit number 2").nth(1).click()
    page.get_by_label("Edit number 1").first.click()
    page.get_by_label("Longer than").or_(page.get_by_label("Contacts already in line")).first.fill("")
    page.get_by_label("An offer rings for").fill("0")
    page.get_by_role("button", name="Group", exact=True).first.click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("fields need attention").wait_for()
    whole(page, width)
    look.shot(page, "admin-queue-wrong", width, scheme)
    page.set_viewport_size({"width": WIDTHS[width][0], "height": WIDTHS[width][1]})
    page.locator("main header a").first.click()
    page.get_by_role("dialog").wait_for()
    look.shot(page, "admin-leave", width, scheme)
    page.get_by_role("button", name="Leave without saving").click()
    page.goto(f"{look.base}/admin/skills/english")
    page.get_by_role("textbox", name="Name").fill("refuse")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Not saved.").wait_for()
    look.shot(page, "admin-refused", width, scheme)
    page.get_by_role("button", name="Discard").click()
    page.get_by_role("button", name="Delete this skill").click()
    page.get_by_text("Take it out there first").wait_for()
    look.shot(page, "admin-delete-held", width, scheme)
    page.goto(f"{look.base}/admin/queues/billing")
    page.get_by_role("button", name="Delete this queue").click()
    page.get_by_label("To delete it").fill("Billing")
    look.shot(page, "admin-delete", width, scheme)
    page.goto(f"{look.base}/admin/calendars/berlin")
    page.get_by_role("button", name="Close or open now").click()
    page.get_by_label("What callers hear").fill("The building is being evacuated. Please call tomorrow.")
    look.shot(page, "admin-emergency-ask", width, scheme)
    page.get_by_role("button", name="Close now").click()
    page.get_by_role("button", name="Back to the hours").wait_for()
    look.shot(page, "admin-emergency", width, scheme)
    page.get_by_role("button", name="Back to the hours").click()
    page.get_by_role("button", name="Close or open now").wait_for()
    page.context.close()


def admin_reads(look: Look, width: str, scheme: str) -> None:
    page = look.page(width, scheme)
    sign_in(look, page, "lead@demo.example")
    for name in ("queues/sales", "calendars/berlin"):
        page.set_viewport_size({"width": WIDTHS[width][0], "height": WIDTHS[width][1]})
        page.goto(f"{look.base}/admin/{name}")
        page.locator("form").first.wait_for()
        whole(page, width)
        look.shot(page, f"admin-read-{name.split('/')[0]}", width, scheme)
    page.context.close()


def whatif(look: Look, width: str, scheme: str) -> None:
    page = look.page(width, scheme)
    sign_in(look, page, "lead@demo.example")
    page.get_by_role("link", name="What-if").click()
    page.get_by_role("button", name="Run", exact=True).wait_for()
    page.get_by_role("link", name="2026-11-19 again").wait_for()
    whole(page, width)
    look.shot(page, "whatif", width, scheme)
    page.get_by_role("button", name="One more in Sales").click()
    page.get_by_role("button", name="One more in Sales").click()
    page.get_by_role("textbox", name="Contacts, Every queue").fill("120")
    page.get_by_role("combobox", name="Change an agent’s skills").click()
    page.get_by_role("option", name="Ben Okafor").click()
    page.get_by_role("button", name="Change the rules of Sales").click()
    page.get_by_label("An offer rings for").fill("0")
    page.get_by_text("A made-up day", exact=True).click()
    page.get_by_text("so many per queue", exact=True).click()
    page.get_by_role("textbox", name="Conversation, Billing").first.fill("0")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_text("fields need attention").wait_for()
    whole(page, width)
    look.shot(page, "whatif-wrong", width, scheme)
    page.set_viewport_size({"width": WIDTHS[width][0], "height": WIDTHS[width][1]})
    page.get_by_label("An offer rings for").fill("25")
    page.get_by_role("textbox", name="Conversation, Billing").first.fill("240")
    page.get_by_role("textbox", name="Name of this run").fill("refuse")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_text("Not started.").wait_for()
    look.shot(page, "whatif-refused", width, scheme)
    page.get_by_role("textbox", name="Name of this run").fill("Two more in Sales, a fifth more contacts")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("progressbar").wait_for()
    page.wait_for_timeout(2000)
    look.shot(page, "whatif-running", width, scheme)
    page.get_by_role("button", name="Change and run again").click()
    page.get_by_text("changes", exact=False).first.wait_for()
    page.get_by_role("progressbar").wait_for()
    look.shot(page, "whatif-list", width, scheme)
    page.go_back()
    page.get_by_role("heading", name="By agent").wait_for()
    page.wait_for_timeout(500)
    whole(page, width)
    look.shot(page, "whatif-done", width, scheme)
    page.goto(f"{look.base}/whatif/0000000000000002")
    page.get_by_role("heading", name="By agent").wait_for()
    page.get_by_text("Table", exact=True).click()
    page.get_by_role("button", name="Technical support").click()
    whole(page, width)
    look.shot(page, "whatif-queue", width, scheme)
    page.goto(f"{look.base}/whatif/0000000000000003")
    page.get_by_text("No contact was queued").wait_for()
    look.shot(page, "whatif-failed", width, scheme)
    page.context.close()


PARTS: dict[str, Callable[[Look, str, str], None]] = {
    "signin": signin,
    "workspace": workspace,
    "live": live,
    "interactions": interactions,
    "admin": admin,
    "whatif": whatif,
}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--base", default="http://127.0.0.1:8099")
    parser.add_argument("--only", default="")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=FLAGS)
        look = Look(browser, options.base, options.out, options.only)
        for name, part in PARTS.items():
            if options.only and options.only != name:
                continue
            for width in WIDTHS:
                for scheme in ("light", "dark"):
                    sys.stdout.write(f"{name} {width} {scheme}\n")
                    part(look, width, scheme)
        browser.close()
    return 1 if look.failures else 0


if __name__ == "__main__":
    sys.exit(main())
