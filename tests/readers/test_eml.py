"""E-mail: the message without its thread, and each letter attached to it."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from making import FINDING, letter_of, set_pdf, shown, word_letter

import readers
from models.finding import ErrorCode
from models.letter import Letter, Unread
from models.settings import Limits

_WORD = ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document")


def _message(body: str = "Dear Mrs Okafor\n\nYour letter is attached.\n", **headers: str) -> EmailMessage:
    message = EmailMessage()
    given = {"Subject": "Your complaint CMP-1", "From": "Jo Clarke <jo@hexley.example>", "To": "a.okafor@mail.example", **headers}
    for name, text in given.items():
        message[name] = text
    message["Date"] = "Fri, 14 Mar 2025 23:30:00 -0500"
    message.set_content(body)
    return message


def _attach(message: EmailMessage, content: bytes, name: str, kind: tuple[str, str] = ("application", "octet-stream")) -> None:
    message.add_attachment(content, maintype=kind[0], subtype=kind[1], filename=name)


def _read(message: EmailMessage) -> list[Letter | Unread]:
    return readers.read_bytes(message.as_bytes(), "mail.eml", Limits())


def _body(text: str, *, html: bool = False) -> list[str]:
    message = _message()
    message.set_content(text, subtype="html" if html else "plain")
    return [passage.text for passage in letter_of(message.as_bytes()).passages[1:]]


def test_header_block_and_body() -> None:
    """The first block is the subject and who wrote to whom and when; then comes the body."""
    assert shown(letter_of(_message().as_bytes())) == [
        (
            "header",
            "paragraph",
            "Subject: Your complaint CMP-1\nFrom: Jo Clarke <jo@hexley.example>\nTo: a.okafor@mail.example\nDate: 14 March 2025",
        ),
        ("body", "paragraph", "Dear Mrs Okafor"),
        ("body", "paragraph", "Your letter is attached."),
    ]


def test_attached_letters() -> None:
    """Letters attached follow the message, each under a path of its own; pictures, calendars and text junk are passed over."""
    message = _message()
    _attach(message, word_letter("Attached in Word"), "../a/Response 1.docx", _WORD)
    _attach(message, set_pdf(["Attached as PDF"]), "Response 1.docx")
    _attach(message, b"\x89PNG", "logo.png", ("image", "png"))
    _attach(message, b"BEGIN:VCALENDAR", "visit.ics", ("text", "calendar"))
    _attach(message, b"", "ATT00001.txt", ("text", "plain"))
    found = _read(message)
    assert [(one.path, one.text) for one in found[1:] if isinstance(one, Letter)] == [
        ("mail.eml#Response 1.docx", "Attached in Word"),
        ("mail.eml#Response 1 (2).docx", "Attached as PDF"),
    ]
    assert len(found) == 3
    assert isinstance(found[0], Letter)
    assert found[0].attached == 2


def test_unreadable_attachment() -> None:
    """A document that cannot be read is told of, and does not keep the message from being read."""
    message = _message()
    _attach(message, b"%PDF-1.4 rubbish", "Response.pdf", ("application", "pdf"))
    letter, unread = _read(message)
    assert isinstance(letter, Letter)
    assert isinstance(unread, Unread)
    assert (letter.attached, unread.path, unread.error.code) == (0, "mail.eml#Response.pdf", ErrorCode.CORRUPT)


def test_attached_message_one_level_deep() -> None:
    """An attached message is read with its letters; a message attached to that one is not."""
    innermost = _message("Innermost.")
    inner = _message("Inner.")
    _attach(inner, word_letter("Letter within"), "L.docx", _WORD)
    inner.add_attachment(innermost)
    outer = _message("Outer.")
    outer.add_attachment(inner)
    found = _read(outer)
    assert [one.path for one in found] == ["mail.eml", "mail.eml#message.eml", "mail.eml#message.eml#L.docx"]
    assert not any("Innermost" in one.text for one in found if isinstance(one, Letter))


@pytest.mark.parametrize(
    "thread",
    [
        "-----Original Message-----\nFrom: A\n",
        "On Fri, 14 Mar 2025 at 10:05, A Okafor <a@mail.example> wrote:\n",
        "On Fri, 14 Mar 2025 at 10:05, A Okafor\n<a@mail.example> wrote:\n",
        "From: A Okafor <a@mail.example>\nSent: 14 March 2025 10:05\nTo: Jo Clarke\nSubject: Damp\n",
        "________________________________\nFrom: A Okafor\nDate: 14 March 2025\nTo: Jo\nSubject: Damp\n",
        "Begin forwarded message:\n",
        "> quoted\n",
    ],
)
def test_thread_is_left_out(thread: str) -> None:
    """What stands below a thread's first line is not the letter's."""
    body = _body(f"We uphold your complaint.\n\n{thread}> My old text\n")
    assert body[0] == "We uphold your complaint."
    assert not any("old text" in text or "Okafor" in text for text in body)


def test_letter_that_quotes_is_kept_whole() -> None:
    """A sentence of the letter that looks a little like a thread's first line ends nothing."""
    text = "On 3 March 2025 you wrote:\n\nMy ceiling leaks.\n\nFrom: the surveyor's report we know why."
    assert _body(text) == text.split("\n\n")


def test_forwarded_letter_is_the_body() -> None:
    """A message that is nothing but a forwarded one is read, since that is the letter."""
    assert "We uphold it." in _body("---------- Forwarded message ---------\nFrom: Jo\n\nWe uphold it.")


def test_html_only() -> None:
    """HTML becomes paragraphs, headings, items and rows; what is hidden, scripts, styles and comments are out."""
    page = (
        "<html><head><style>p{color:red}</style><title>t</title></head><body><!-- note --><script>x()</script>"
        "<h2>Our&nbsp;decision</h2><div>Dear <b>Mrs</b> Okafor,<br>we agree.</div><p style='display: none'>preview</p>"
        "<p>One.<br><br>Two.</p><ol start=2><li>Pay <i>£50</i></li><li><p>Repair</p></li></ol><ul><li>Call</li></ul>"
        "<table><tr><th>Issue</th><th>Finding</th></tr><tr><td>Damp</td><td>Upheld</td></tr></table>End</body></html>"
    )
    message = _message()
    message.set_content(page, subtype="html")
    assert shown(letter_of(message.as_bytes()))[1:] == [
        ("body", "heading", "Our decision"),
        ("body", "paragraph", "Dear Mrs Okafor,\nwe agree."),
        ("body", "paragraph", "One."),
        ("body", "paragraph", "Two."),
        ("body", "item", "2. Pay £50"),
        ("body", "item", "3. Repair"),
        ("body", "item", "- Call"),
        ("table", "row", "Issue | Finding"),
        ("table", "row", "Damp | Upheld"),
        ("body", "paragraph", "End"),
    ]


def test_html_thread() -> None:
    """The thread below an HTML message is left out, as Outlook writes it."""
    page = (
        "<p>We agree.</p><div><b>From:</b> A Okafor<br><b>Sent:</b> 14 March 2025<br><b>To:</b> Jo<br><b>Subject:</b> Damp</div><p>Old</p>"
    )
    assert _body(page, html=True) == ["We agree."]


def test_plain_text_is_preferred() -> None:
    """Of a message in both forms the plain text is read."""
    message = _message("Plain.")
    message.add_alternative("<p>Rich.</p>", subtype="html")
    assert letter_of(message.as_bytes()).passages[-1].text == "Plain."


@pytest.mark.parametrize("charset", ["windows-1252", "x-unknown", "utf-8", "us-ascii"])
def test_charsets(charset: str) -> None:
    """A charset that is unknown or wrong does not keep the body from being read."""
    raw = f"From: a@b.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset={charset}\n\nPay £50".encode("cp1252")
    assert letter_of(raw).passages[-1].text == "Pay £50"


def test_flowed_text() -> None:
    """Lines that a mail program parted for the way are one paragraph again."""
    raw = b"From: a@b.example\nMIME-Version: 1.0\nContent-Type: text/plain; format=flowed\n\nWe agree \nwith you.\nJo\n"
    assert letter_of(raw).passages[-1].text == "We agree with you.\nJo"


@pytest.mark.parametrize("address", ['"<<a@', "=?utf-8?q?=", "a@[", ",;:"])
def test_malformed_headers(address: str) -> None:
    """Malformed addresses do not keep a message from being read."""
    raw = f"From: {address}\nTo: {address}\nDate: 99 Foo\nSubject: =?x?b?!!?=\nMIME-Version: 1.0\n\n{FINDING}".encode()
    assert letter_of(raw).passages[-1].text == FINDING


def test_letter_with_colons_is_no_mail() -> None:
    """A text letter that starts with lines such as "Date:" is read whole."""
    text = "Date: 14 March 2025\nRef: CMP-1\nFrom: Hexley Homes\n\nDear Mrs Okafor"
    assert letter_of(text.encode()).text == text
