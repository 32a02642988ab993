#!/usr/bin/python3
"""What a screen reader is told of the window (AT-SPI): names and roles of the rows of each list, what is announced.

Brings a screen, a session bus and a data folder of its own. How to run it, and what it needs: docs/screen-readers.md.
"""

import os
import re
import subprocess
import sys
import tempfile
import time

INSIDE = "EMBUDO_READER_INSIDE"
PATIENCE_S = 60
# Of a busy machine.
STARTS_WITHIN_S = 120


def begin_outside(words):
    """The same script once more, in a session of its own."""
    with tempfile.TemporaryDirectory(prefix="embudo-reader-", ignore_cleanup_errors=True) as home:
        env = dict(os.environ, **{INSIDE: home})
        for name in ("DATA", "CONFIG", "CACHE", "RUNTIME"):
            folder = os.path.join(home, name.lower())
            os.mkdir(folder, 0o700)
            env[f"XDG_{name}_{'DIR' if name == 'RUNTIME' else 'HOME'}"] = folder
        # WebKit's GPU process has no GPU to find on a virtual screen.
        env |= {"WEBKIT_DISABLE_DMABUF_RENDERER": "1", "LIBGL_ALWAYS_SOFTWARE": "1", "GDK_DEBUG": "no-portals"}
        env |= {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "LANGUAGE": "en"}
        for name in ("WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "NO_AT_BRIDGE"):
            env.pop(name, None)
        inside = "printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null; openbox & exec \"$@\""
        session = ["dbus-run-session", "--", "xvfb-run", "-a", "-s", "-screen 0 1280x900x24", "sh", "-c", inside, "sh"]
        return subprocess.call([*session, sys.executable, os.path.abspath(__file__), *words], env=env)


if INSIDE not in os.environ:
    sys.exit(begin_outside(sys.argv[1:]))

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi

# A window that is busy answers late, and is not gone.
Atspi.set_timeout(10_000, STARTS_WITHIN_S * 1_000)


# -- the tree ------------------------------------------------------------------------------------
def ask(part, what, otherwise=None):
    """A part may be gone by the time it is asked."""
    try:
        return what(part)
    except Exception:
        return otherwise


def name(part):
    return ask(part, lambda p: p.get_name(), "") or ""


def role(part):
    return ask(part, lambda p: p.get_role_name(), "")


def text(part):
    return ask(part, lambda p: Atspi.Text.get_text(p, 0, -1), "") or ""


def has(part, state):
    return ask(part, lambda p: p.get_state_set().contains(state), False)


def children(part):
    for at in range(ask(part, lambda p: p.get_child_count(), 0)):
        child = ask(part, lambda p: p.get_child_at_index(at))
        if child is not None:
            yield child


def below(part):
    for child in children(part):
        yield child
        yield from below(child)


def page():
    for program in children(Atspi.get_desktop(0)):
        for part in below(program):
            if role(part) == "document web" and name(part) == "Embudo":
                return part
    return None


def parts(wanted, inside=None):
    inside = inside or page()
    return [part for part in below(inside) if role(part) == wanted] if inside else []


def part(wanted, begins, inside=None):
    return next((p for p in parts(wanted, inside) if name(p).startswith(begins)), None)


def until(what, look, within=PATIENCE_S):
    """Nothing tells us when: it is looked at again."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"never so: {what}\n" + "\n".join(outline(page())))


def outline(part, depth=0):
    if part is None:
        return ["no page"]
    lines = ["  " * depth + f"{role(part)} {name(part)!r} {text(part)[:80]!r}"]
    for child in children(part):
        lines += outline(child, depth + 1)
    return lines


def press(part):
    assert Atspi.Action.do_action(part, 0), f"{name(part)} can be pressed"


def key(stroke):
    subprocess.run(["xdotool", "key", stroke], check=True)


def go_to(section):
    press(until(f"a way to {section}", lambda: part("push button", section) or part("toggle button", section)))


# -- what must be so -----------------------------------------------------------------------------
wrong = []


def check(is_so, what):
    print(("ok    " if is_so else "WRONG ") + what, flush=True)
    if not is_so:
        wrong.append(what)


def rows_of(table):
    return [row for row in parts("table row", table) if not parts("column header", row)]


def check_rows(table, pattern, what):
    rows = rows_of(table)
    names = [name(row) for row in rows]
    check(bool(rows) and all(re.search(pattern, one) for one in names), f"{what}: each row says itself, as {names[:1]}")


def live(wanted):
    """Regions that are announced, with how."""
    return [(p, ask(p, lambda p: p.get_attributes(), {})) for p in parts(wanted)]


def heard(words):
    """A polite region that says this now."""
    return any(words in text(p) and how.get("live") == "polite" for p, how in live("status bar") + live("log"))


def first_run():
    check(bool(part("panel", "Language")), "the first run: the languages are a group with a name")
    fields = parts("entry")
    check(bool(fields) and all(name(field) for field in fields), "the first run: every field has a name")
    press(until("the way to samples", lambda: part("push button", "Try with samples")))


def inbox():
    table = until("rows of the inbox", lambda: next((t for t in parts("table") if len(rows_of(t)) >= 3), None))
    check(name(table) == "Conversations", "the inbox is a list with a name")
    check_rows(table, r"^.+, (\d+ unread, )?.*Lead status: ", "the inbox")
    until("a new message is announced", lambda: heard("New message"))
    logs = live("log")
    check(len(logs) == 1 and logs[0][1].get("atomic") == "true", "new messages: one region says them, whole and politely")
    key("j")
    messages = until("the chat's messages", lambda: [name(message) for message in parts("article")])
    check(all(re.search(r"^Message from .+, \d", one) for one in messages), f"the thread: each message says who and when, as {messages[:1]}")
    check(any(name(p) for p in parts("entry")), "the thread: where one writes has a name")
    key("Escape")


def board():
    go_to("Board")
    first = until("cards in Intake", lambda: next((t for t in parts("table") if name(t).startswith("Intake, ") and rows_of(t)), None))
    check_rows(first, r"^.+, .*days? in this stage$", "the board")
    check("M moves the card" in (first.get_description() or ""), "the board: a column says how its cards are moved")
    row = until("the keys are on a card", lambda: next((r for r in rows_of(first) if has(r, Atspi.StateType.FOCUSED)), None))
    who = name(row).split(",")[0]
    check(bool(who), f"the board: the card with the keys says itself: {who}")
    key("m")
    until("the card is said to be in the hand", lambda: heard(f"{who} is picked up"))
    key("Right")
    until("where it would land is said", lambda: heard("New: place 1 of 1"))
    key("Return")
    until("that it moved is said", lambda: heard(f"{who} is in New"))
    moved = until("the card in New", lambda: next((t for t in parts("table") if name(t).startswith("New, ") and rows_of(t)), None))
    check(name(rows_of(moved)[0]).startswith(who), "the board: what is done by keys is said, and the card stands there")


def leads():
    go_to("Leads")
    table = until("rows of leads", lambda: next((t for t in parts("table") if name(t) == "Leads" and rows_of(t)), None))
    heads = parts("column header", table)
    check(bool(heads) and all(name(head) for head in heads), "leads: every column's head says itself")
    check_rows(table, r"\w", "leads")
    empty = [cell for cell in parts("table cell", table) if not name(cell) and not text(cell).strip() and not list(children(cell))]
    check(not empty, "leads: no cell is without words")


def agenda():
    go_to("Agenda")
    table = until("rows of the agenda", lambda: next((t for t in parts("table") if rows_of(t)), None))
    check_rows(table, r"^.+, (Task|Message), ", "the agenda")
    chosen = [name(tab) for tab in parts("page tab") if has(tab, Atspi.StateType.SELECTED)]
    check(len(chosen) == 1, f"the agenda: one tab is selected: {chosen}")


def directory():
    go_to("Directory")
    table = until("rows of the directory", lambda: next((t for t in parts("table") if name(t) == "Directory" and rows_of(t)), None))
    check_rows(table, r"^.+, (Lead status: |.*no lead)", "the directory")
    boxes = parts("check box", table)
    check(bool(boxes) and all(name(box).startswith("Select ") for box in boxes), "the directory: each box says whom it picks")


def main(words):
    assert len(words) > 0, "which program opens the window: its path and arguments"
    data = os.path.join(os.environ[INSIDE], "app")
    window = subprocess.Popen([word.replace("{data}", data) for word in words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until("the window is there", lambda: part("push button", "Try with samples"), STARTS_WITHIN_S)
        for look in (first_run, inbox, board, leads, agenda, directory):
            look()
    finally:
        window.terminate()
        window.wait(timeout=PATIENCE_S)
    print(f"{len(wrong)} wrong" if wrong else "all as it should be")
    return 1 if wrong else 0


sys.exit(main(sys.argv[1:]))
