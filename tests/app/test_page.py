"""The page as officers meet it: in a real browser, with the real server behind it, by mouse, by keyboard, on a desk and on a phone."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import docx
import pytest

from tests.browsing import BROWSER, QUIET

playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(BROWSER not in os.environ, reason=f"{BROWSER} names no Chromium")]

ROOT = Path(__file__).parents[2]
TOKEN = "a-token-of-our-own-42"
BLANKS = {
    "[reference]": "CMP-10442",
    "[what the resident wants]": "pay you £150 for the electric heaters that you had to run",
    "[records, visits, people spoken to]": "our repair records and the engineer's notes of 5 and 24 February",
    "[what happened]": "the part was ordered on 5 February but nobody chased it for two weeks",
    "[policy, agreement or law]": "our repairs policy",
    "[what should have happened]": "restored your heating within one working day",
    "[team]": "the complaints team",
    "[phone]": "0300 496 0142",
    "[e-mail address]": "complaints@almond.example",
    "[address]": "Almond House, 1 Mill Lane, Leeds LS1 4AB",
}
FAULTY = """Almond Homes
Almond House, 1 Mill Lane, Leeds LS1 4AB

10 March 2025

Mrs Amina Khan
12 Almond Road
Leeds LS2 7QQ

Dear Mrs Khan

Your boiler

You complained that the boiler at 12 Almond Road broke down on 3 February and was not repaired until 24 February.

We uphold your complaint that the boiler was not repaired in time.

We are sorry that we left you without heating for three weeks. We paid £150 to your rent account on 7 March 2025.

An engineer will service the boiler on 28 March 2025. Nothing else is left to be done.

Yours sincerely

Grace Obi
Complaints Officer"""


@contextmanager
def serving(**environment: str) -> Iterator[str]:
    """Serve as an officer's computer does, and give the address that is printed."""
    command = [sys.executable, "-m", "app", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.PIPE, encoding="utf-8") as server:
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found
        try:
            yield found[0]
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving() as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=os.environ[BROWSER], args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """Open the page; at the end it has asked for nothing but its own, and neither browser nor policy had anything to complain of."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, permissions=["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    opened.set_default_timeout(60_000)  # the first check waits until the workers are up
    opened.asked, opened.complaints = [], []
    opened.on("request", lambda request: opened.asked.append(request.url))
    opened.on("console", lambda message: opened.complaints.append(message.text))
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.add_init_script("addEventListener('securitypolicyviolation', (event) => console.error(event.violatedDirective))")
    opened.goto(address)
    yield opened
    assert [url for url in opened.asked if not url.startswith((address, "blob:"))] == []
    assert [each for each in opened.complaints if each not in getattr(opened, "expected", ())] == []
    context.close()


def word(text: str) -> bytes:
    """Return a text as a Word document."""
    document = docx.Document()
    for paragraph in text.split("\n\n"):
        document.add_paragraph(paragraph)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def choose(page: Any, name: str, content: bytes) -> None:
    page.set_input_files("#file", {"name": name, "mimeType": "application/octet-stream", "buffer": content})


def drop(page: Any, name: str, content: bytes) -> None:
    """Drop a file on the page as a mouse does."""
    transfer = page.evaluate_handle(
        """([name, bytes]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], name));
            return transfer;
        }""",
        [name, list(content)],
    )
    page.dispatch_event("#drop-zone", "drop", {"dataTransfer": transfer})


def paste(page: Any, text: str) -> None:
    page.fill("#pasted", text)
    page.get_by_role("button", name="Check the letter").click()
    page.wait_for_selector("#work:not([hidden])")


def verdict(page: Any, words: str) -> None:
    """Wait until the verdict is `words`."""
    page.locator("#verdict-heading", has_text=re.compile(f"^{words}$")).wait_for()


def text(page: Any) -> str:
    return str(page.input_value("#text"))


def selected(page: Any) -> str:
    return str(
        page.evaluate("(() => { const t = document.querySelector('#text'); return t.value.slice(t.selectionStart, t.selectionEnd) })()")
    )


def fill_in(page: Any) -> None:
    """Type over the blank that is selected what an officer would."""
    blank = selected(page)
    if blank.startswith("[Or"):
        page.keyboard.press("Delete")
    else:
        page.keyboard.insert_text(BLANKS[blank])


def fill_every_blank(page: Any, next_blank: Callable[[], None]) -> None:
    while re.search(r"\[[^]]+\]", text(page)):
        if not selected(page).startswith("["):
            next_blank()
        fill_in(page)


def violations(page: Any) -> list[str]:
    found = axe.Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html'][:150]}" for each in found for node in each["nodes"]]


def test_a_faulty_draft_is_mended_by_the_suggestions_alone(page: Any) -> None:
    """Drop a Word draft, put in what is suggested, fill in the blanks: nothing is missing, and nothing was reloaded."""
    page.evaluate("window.stayed = true")
    drop(page, "draft.docx", word(FAULTY))
    verdict(page, "4 things are missing or incomplete")
    inserting = page.locator("#gaps button", has_text="Insert in the letter")
    while inserting.count():
        before = inserting.count()
        inserting.first.click()
        fill_every_blank(page, page.locator("#next-blank").click)
        page.wait_for_function("(before) => document.querySelectorAll('#gaps [data-key^=insert]').length < before", arg=before)
    verdict(page, "Nothing missing")
    assert page.locator("#announcement").inner_text().startswith("Nothing missing")
    assert page.locator("#gaps").inner_text() == ""
    assert text(page).endswith("Grace Obi\nComplaints Officer")
    assert text(page).index("You can ask the Ombudsman") < text(page).index("Yours sincerely")
    assert text(page).index("This is our stage 1 response") < text(page).index("You complained that")
    assert page.evaluate("window.stayed")


def test_the_same_by_keyboard_alone(page: Any) -> None:
    """From the first key to "nothing missing" without a mouse; the focus is where work goes on."""

    def reach(name: str, key: str = "Tab") -> None:
        for _ in range(60):
            page.keyboard.press(key)
            if name in page.evaluate("document.activeElement.id + ' ' + document.activeElement.innerText"):
                return
        pytest.fail(f"{name} is not reached")

    def next_blank() -> None:
        reach("Next blank", "Shift+Tab")
        page.keyboard.press("Enter")

    reach("Skip to main content")
    page.keyboard.press("Enter")
    reach("pasted")
    page.keyboard.insert_text(FAULTY)
    reach("Check the letter")
    page.keyboard.press("Enter")
    verdict(page, "4 things are missing or incomplete")
    assert page.evaluate("document.activeElement.id") == "work-heading"
    while page.locator("#gaps [data-key^=insert]").count():
        before = page.locator("#gaps [data-key^=insert]").count()
        reach("Insert in the letter")
        page.keyboard.press("Enter")
        fill_every_blank(page, next_blank)
        page.wait_for_function("(before) => document.querySelectorAll('#gaps [data-key^=insert]').length < before", arg=before)
        if before > 1:
            reach("Show me what", "Shift+Tab")
            page.keyboard.press("Enter")
    verdict(page, "Nothing missing")


def test_a_blank_is_pointed_at_until_it_is_filled_in(page: Any) -> None:
    """Wording put in but not filled in leaves its blanks as things to put right, not a letter with nothing missing."""
    paste(page, FAULTY)
    page.locator("[data-key=insert-escalation_route]").click()
    assert selected(page) == "[team]"
    page.locator("#flags", has_text="Template text left in").wait_for()
    assert "[e-mail address]" in page.locator("#flags").inner_text()
    page.locator("#flags li", has_text="[phone]").get_by_role("button").click()
    assert selected(page) == "[phone]"
    page.keyboard.insert_text("0300 496 0142")
    page.locator("#flags li", has_text="[phone]").wait_for(state="detached")
    assert page.locator("#next-blank").inner_text() == "Next blank (3)"


def test_marks_stand_at_their_words(page: Any) -> None:
    """Each mark has a number and a name beside the words that it concerns, and layer and text break their lines alike."""
    paste(page, FAULTY.replace("Your boiler", "Your boiler 🔥").replace("\n\nWe uphold", "\n\n\n\n\tWe uphold"))
    tags = page.locator("#margin button")
    tags.first.wait_for()
    assert any(re.search(r"Decision on the complaint\s*: “We uphold your complaint", each) for each in tags.all_inner_texts())
    assert page.locator("#chips").inner_text()
    for width in (320, 600, 900, 1280, 1600):
        page.set_viewport_size({"width": width, "height": 900})
        layer, scrolled = page.evaluate("[document.querySelector('#layer').offsetHeight, document.querySelector('#text').scrollHeight]")
        assert layer == scrolled
    assert page.locator("#layer").evaluate("(layer) => layer.textContent") == f"{text(page)}\n\u200b"
    tags.filter(has_text="Decision").click()
    assert page.evaluate("document.activeElement.id") == "asked-decision"


@pytest.mark.parametrize("width", [375, 1280])
def test_typing_rechecks_and_leaves_caret_and_page_where_they_are(page: Any, width: int) -> None:
    """Also on a phone, where what is missing stands above the letter and grows shorter."""
    page.set_viewport_size({"width": width, "height": 800})
    paste(page, FAULTY)
    page.locator("#text").evaluate("(t) => { const at = t.value.indexOf('Your boiler'); t.focus(); t.setSelectionRange(at, at) }")
    page.keyboard.type("S")
    page.wait_for_timeout(600)
    before = page.locator("#text").bounding_box()["y"]
    with page.expect_response("**/api/v1/review"):
        page.keyboard.type("tage 1 response: ", delay=10)
    verdict(page, "3 things are missing or incomplete")
    caret = page.locator("#text").evaluate("(t) => t.selectionStart")
    assert text(page)[:caret].endswith("Stage 1 response: ")
    assert page.locator("#text").bounding_box()["y"] == pytest.approx(before, abs=1)


def test_undo_takes_out_what_was_put_in(page: Any) -> None:
    """The browser's own undo works through wording and typing, and what is shown follows."""
    paste(page, FAULTY)
    gap = page.locator("#gap-ombudsman_details")
    gap.get_by_role("button", name="Insert").click()
    gap.wait_for(state="detached")
    assert "Housing Ombudsman Service" in text(page)
    page.keyboard.press("Control+z")
    assert text(page) == FAULTY
    gap.wait_for()
    page.keyboard.press("Control+Shift+z")
    gap.wait_for(state="detached")


def test_words_that_are_not_enough_give_way_to_better_ones(page: Any) -> None:
    """Beside "as soon as possible" a date would not settle it: the wording takes its place, and undo brings it back."""
    vague = FAULTY.replace("An engineer will", "The delay was for operational reasons.\n\nAn engineer will")
    paste(page, vague)
    gap = page.locator("#gap-reasons")
    gap.get_by_role("button", name="Replace “The delay was for operational").click()
    assert "operational reasons" not in text(page)
    assert selected(page) == "[records, visits, people spoken to]"
    fill_every_blank(page, page.locator("#next-blank").click)
    gap.wait_for(state="detached")
    for _ in range(20):
        page.keyboard.press("Control+z")
    assert text(page) == vague
    gap.wait_for()


def test_the_latest_text_wins(page: Any) -> None:
    """A check that hangs is given up for the next one, and its answer is never shown."""
    paste(page, FAULTY)
    held, given_up = [], []
    page.on("requestfailed", lambda request: given_up.append(request.post_data_json["text"]))
    page.route("**/api/v1/review", lambda route: route.continue_() if held else held.append(route))
    page.fill("#text", "Dear Mrs Khan\n\nOld")
    page.wait_for_timeout(600)
    assert len(held) == 1
    page.fill("#text", FAULTY.replace("Your boiler", "Stage 1 response: your boiler"))
    verdict(page, "3 things are missing or incomplete")
    assert given_up == ["Dear Mrs Khan\n\nOld"]


def test_kind_stage_and_edition_can_be_corrected(page: Any) -> None:
    paste(page, FAULTY)
    assert page.locator("#kind option:checked").inner_text() == "Response (worked out)"
    page.select_option("#stage", "2")
    page.locator("#asked", has_text="What a stage 2 response must contain").wait_for()
    page.select_option("#edition", "hos-2022")
    page.locator("#asked", has_text="5.16").wait_for()
    page.select_option("#kind", "other")
    verdict(page, "This does not look like a complaint letter")
    page.select_option("#kind", "")
    page.locator("#asked", has_text="5.16").wait_for()


def mail_with_letters(*more: tuple[str, bytes]) -> bytes:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Two drafts", "a@almond.example", "b@almond.example"
    mail.set_content("Hello\n\nHere are two drafts to look at.\n\nThanks\nTunde")
    better = FAULTY.replace("Your boiler", "Stage 1 response: your boiler")
    for name, content in (("first.docx", word(FAULTY)), ("second.docx", word(better)), *more):
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return bytes(mail)


def test_of_an_email_any_letter_can_be_chosen(page: Any) -> None:
    """The first complaint letter is shown; what was changed in one stays while another is looked at."""
    choose(page, "two.eml", mail_with_letters())
    verdict(page, "4 things are missing or incomplete")
    assert page.get_by_label("first.docx").is_checked()
    page.locator("#text").press("Control+End")
    page.keyboard.type(" and Tenancies")
    page.get_by_label("second.docx").check()
    verdict(page, "3 things are missing or incomplete")
    page.get_by_label("The e-mail itself").check()
    verdict(page, "This does not look like a complaint letter")
    page.get_by_label("first.docx").check()
    assert text(page).endswith("Complaints Officer and Tenancies")


def test_a_word_draft_comes_back_with_comments_until_it_is_edited(page: Any) -> None:
    choose(page, "draft.docx", word(FAULTY))
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download the Word file with comments").click()
    assert downloading.value.suggested_filename == "draft – checked.docx"
    document = docx.Document(downloading.value.path())
    assert "\n\n".join(each.text for each in document.paragraphs) == FAULTY
    assert any("Reasons" in comment.text for comment in document.comments)
    page.locator("#text").press("Control+End")
    page.keyboard.type("!")
    page.locator("#download-hint", has_text="no longer the same letter").wait_for()
    assert page.locator("#download").is_hidden()
    page.keyboard.press("Backspace")
    page.locator("#download").wait_for()


def test_names_in_the_letterhead_stay_unflagged_when_the_text_is_edited(page: Any) -> None:
    """The text alone does not show what was header and footer; the page does not forget it."""
    choose(page, "letter.docx", (ROOT / "samples/archive/2023/08/Stage 2 panel 23-07 SENT.docx").read_bytes())
    verdict(page, "Nothing missing")
    page.locator("#text").evaluate("(t) => { const at = t.value.indexOf('Yours sincerely'); t.focus(); t.setSelectionRange(at, at) }")
    with page.expect_response("**/api/v1/review") as answer:
        page.keyboard.type("Thank you for writing to us.\n\n")
    assert "staff_name" in {flag["flag"] for flag in answer.value.json()["letters"][0]["result"]["flags"]}
    page.wait_for_timeout(500)
    verdict(page, "Nothing missing")
    assert page.locator("#flags").inner_text() == ""


def test_the_text_is_copied_as_it_stands(page: Any) -> None:
    paste(page, FAULTY)
    page.locator("#text").press("Control+End")
    page.keyboard.type(" (South)")
    page.get_by_role("button", name="Copy the text").click()
    page.locator("#announcement", has_text="Copied.").wait_for(state="attached")
    assert page.evaluate("navigator.clipboard.readText()") == f"{FAULTY} (South)"


def test_a_file_that_cannot_be_read_is_told_and_nothing_is_lost(page: Any) -> None:
    """The reason stands in an error summary that has the focus."""
    choose(page, "broken.docx", b"PK\x03\x04 not a document")
    page.locator("#problem").wait_for()
    assert page.evaluate("document.activeElement.id") == "problem"
    assert page.locator("#start").is_visible()
    assert violations(page) == []
    paste(page, FAULTY)
    assert page.locator("#problem").is_hidden()


def test_what_a_server_for_many_asks_for_is_held_in_memory(browser: Any) -> None:
    """The token is asked for once, a wrong one is said to be wrong, and what was to be checked is not lost."""
    with serving(LETTERPROOF_TOKEN=TOKEN) as address:
        page = browser.new_page()
        page.set_default_timeout(60_000)
        page.goto(address)
        page.fill("#pasted", FAULTY)
        page.get_by_role("button", name="Check the letter").click()
        page.get_by_label("Access token").fill("not the token")
        assert violations(page) == []
        page.get_by_role("button", name="Continue").click()
        page.locator("#token-error").wait_for()
        page.get_by_label("Access token").fill(TOKEN)
        page.keyboard.press("Enter")
        verdict(page, "4 things are missing or incomplete")
        assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
        page.close()


def test_nothing_of_the_letter_is_kept_or_put_in_an_address(page: Any, address: str) -> None:
    paste(page, FAULTY)
    verdict(page, "4 things are missing or incomplete")
    page.locator("#text").press("Control+End")
    page.keyboard.type("!")
    assert page.evaluate(
        "indexedDB.databases().then((all) => [all.length, localStorage.length, sessionStorage.length, document.cookie])"
    ) == [0, 0, 0, ""]
    files = {"", "style.css", "icon.svg", *(f"{name}.js" for name in ("page", "api", "dom", "findings", "letter", "text"))}
    assert {url.removeprefix(address) for url in page.asked} <= files | {"api/v1/words", "api/v1/review"}
    assert page.url == address


@pytest.mark.parametrize("edited", [False, True])
def test_leaving_is_asked_about_only_where_changes_would_be_lost(page: Any, edited: bool) -> None:
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    paste(page, FAULTY)
    page.locator("#text").press("Control+End")
    if edited:
        page.keyboard.type("!")
    page.reload()
    assert asked == (["beforeunload"] if edited else [])
    assert page.locator("#start").is_visible()


def test_pasting_is_enough(page: Any) -> None:
    page.evaluate("(text) => navigator.clipboard.writeText(text)", FAULTY.replace("\n", "\r\n"))
    page.locator("#pasted").press("Control+v")
    verdict(page, "4 things are missing or incomplete")
    assert text(page) == FAULTY


def test_a_server_that_has_gone_is_told_and_the_text_stays(page: Any) -> None:
    """The bar beside the letter says that it was not checked; once the server is back the next change is checked as before."""
    paste(page, FAULTY)
    page.expected = ["Failed to load resource: net::ERR_CONNECTION_REFUSED"]
    page.route("**/api/v1/review", lambda route: route.abort("connectionrefused"))
    page.locator("#text").press("Control+End")
    page.keyboard.type("!")
    page.locator("#bar-verdict", has_text="Not checked. letterproof does not answer").wait_for()
    assert text(page) == f"{FAULTY}!"
    page.unroute("**/api/v1/review")
    page.keyboard.press("Backspace")
    page.locator("#bar-verdict", has_text="4 things are missing or incomplete").wait_for()
    assert page.locator("#problem").is_hidden()


def test_an_attachment_that_cannot_be_read_hides_nothing_of_the_others(page: Any) -> None:
    choose(page, "two.eml", mail_with_letters(("broken.docx", word(FAULTY)[:9000])))
    verdict(page, "4 things are missing or incomplete")
    page.get_by_label("broken.docx").check()
    page.locator("#problem").wait_for()
    assert page.locator("#columns").is_hidden()
    page.get_by_label("first.docx").check()
    verdict(page, "4 things are missing or incomplete")
    assert page.locator("#problem").is_hidden()


# Texts as they are typed, and as the program takes them.
SAME = [
    ("a  b", "a b"),
    ("\ta\n\n\n\nb ", "a\n\nb"),
    ("\U0001f525 a\u00a0b", "\U0001f525 a b"),
    ("\u2022 one\n\u2022 two", "- one\n- two"),
    ("of\ufb01ce\u00ad door", "office door"),
    ("a\u200bb [c]", "ab [c]"),
]


@pytest.mark.parametrize(("typed", "checked"), SAME)
def test_the_programs_offsets_are_found_in_what_was_typed(page: Any, typed: str, checked: str) -> None:
    """The last word that the program saw is the last word that was typed, whatever spaces and signs stand between."""
    last = checked.rsplit(maxsplit=1)[-1]
    found = page.evaluate(
        """async ([checked, typed, start]) => {
            const { alignment } = await import("/text.js");
            return typed.slice(alignment(checked, typed)(start)).trim();
        }""",
        [checked, typed, len(checked) - len(last)],
    )
    assert found == typed.rsplit(maxsplit=1)[-1]


PLACES = [
    ("stage", {}, "Your boiler"),
    ("definition", {}, "Your boiler"),
    ("outcomes_sought", {"definition": "You complained"}, "until 24 February."),
    ("decision", {}, "left to be done."),
    ("reasons", {"reasons": "We uphold"}, "repaired in time."),
    ("ombudsman_details", {}, "left to be done."),
    ("reasons", {"escalation_route": "An engineer will"}, "7 March 2025."),
    ("timescale", {"escalation_route": "An engineer will"}, "left to be done."),
]


@pytest.mark.parametrize(("element", "found", "after"), PLACES)
@pytest.mark.parametrize("gap", ["\n\n", "\n"])
def test_wording_goes_where_a_letter_says_such_things(page: Any, element: str, found: dict[str, str], after: str, gap: str) -> None:
    """Under the salutation and the heading, beside what is there in part, else before the sign-off; also where no line is left empty."""
    letter = FAULTY.replace("\n\n", gap)
    ranges = {name: [{"start": letter.index(words), "end": letter.index(words) + len(words)}] for name, words in found.items()}
    at = page.evaluate(
        "async ([text, element, found]) => (await import('/text.js')).placeFor(text, element, found)", [letter, element, ranges]
    )
    assert letter[:at].endswith(after)


STATES: dict[str, Callable[[Any], None]] = {
    "start": lambda page: page.locator("details summary").click(),
    "gaps": lambda page: paste(page, FAULTY + "\n\nXX"),
    "blanks": lambda page: (
        paste(page, FAULTY),
        page.locator("[data-key=insert-reasons]").click(),
        page.locator("#flags .card").wait_for(),
    ),
    "nothing missing": lambda page: choose(page, "good.docx", (ROOT / "samples/letters/stage1-response.docx").read_bytes()),
    "many letters": lambda page: choose(page, "two.eml", mail_with_letters()),
    "out of scope": lambda page: (paste(page, FAULTY), page.select_option("#kind", "other"), verdict(page, "This does not .*")),
}


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("state", STATES)
def test_every_state_is_accessible_and_fits(page: Any, state: str, width: int) -> None:
    """axe finds nothing against WCAG or good practice, and a narrow phone, or 400 % zoom, does not scroll sideways."""
    page.set_viewport_size({"width": width, "height": 800})
    STATES[state](page)
    if state != "start":
        page.locator("#bar-verdict", has_text=re.compile(r"\w")).wait_for()
    for each in page.locator("details:not([open])").all():
        if each.is_visible():
            each.evaluate("(details) => { details.open = true }")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("end", ["Yours sincerely\n\nGrace Obi", "Kind regards,\nGrace Obi", "Grace Obi\nComplaints Officer"])
def test_wording_stays_above_the_signature(page: Any, end: str) -> None:
    """However the letter is closed: by a sign-off, or by a name alone."""
    letter = f"Dear Mrs Khan\n\nWe uphold your complaint.\n\n{end}\n\nAsk us for this letter in large print."
    at = page.evaluate(
        "async ([text, signed]) => (await import('/text.js')).placeFor(text, 'timescale', {}, { signed })", [letter, letter.index("Grace")]
    )
    assert letter[:at].endswith("your complaint.")
