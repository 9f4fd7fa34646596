"""E-mail: the message without its thread, and each letter attached to it."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
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


def _nested(depth: int) -> EmailMessage:
    message = _message(f"Depth {depth}.")
    if depth:
        message.add_attachment(_nested(depth - 1))
    else:
        _attach(message, word_letter("Letter within"), "L.docx", _WORD)
    return message


def test_attached_messages_are_read_to_a_depth() -> None:
    """What is attached to attached messages is read, as deep as the limit says; below it an error says so."""
    paths = ["mail.eml", "mail.eml#message.eml", "mail.eml#message.eml#message.eml", "mail.eml#message.eml#message.eml#L.docx"]
    found = readers.read_bytes(_nested(2).as_bytes(), "mail.eml", Limits(nesting=3))
    assert [one.path for one in found] == paths
    assert all(isinstance(one, Letter) for one in found)
    *letters, refused = readers.read_bytes(_nested(2).as_bytes(), "mail.eml", Limits(nesting=2))
    assert [one.path for one in letters if isinstance(one, Letter)] == paths[:-1]
    assert isinstance(refused, Unread)
    assert (refused.path, refused.error.code) == (paths[-1], ErrorCode.TOO_LARGE)


def test_attachments_are_read_to_a_number_and_size() -> None:
    """Past the limit one error stands for the rest, and what came before it is read."""
    message = _message()
    for number in range(4):
        _attach(message, FINDING.encode(), f"{number}.txt", ("text", "plain"))
    for limits, read in ((Limits(attachments=2), 2), (Limits(unpacked_bytes=3 * len(FINDING)), 3)):
        mail, *letters, refused = readers.read_bytes(message.as_bytes(), "mail.eml", limits)
        assert isinstance(mail, Letter)
        assert (mail.attached, [one.path for one in letters]) == (read, [f"mail.eml#{number}.txt" for number in range(read)])
        assert isinstance(refused, Unread)
        assert (refused.path, refused.error.code) == (f"mail.eml#{read}.txt", ErrorCode.TOO_LARGE)


@pytest.mark.parametrize(
    "page",
    ["<!-- a comment only -->", "<ol start='²'><li>One</li></ol>", f"<ol start='{'9' * 5000}'><li>One</li></ol>", "<div>" * 5000 + "One"],
)
def test_body_and_attachment_fail_apart(page: str) -> None:
    """Whatever stands in the body, the letter attached is read."""
    message = _message()
    message.set_content(page, subtype="html")
    _attach(message, word_letter("Dear Mrs Okafor"), "L.docx", _WORD)
    _, letter = _read(message)
    assert isinstance(letter, Letter)
    assert (letter.path, letter.text) == ("mail.eml#L.docx", "Dear Mrs Okafor")


def test_nul_in_the_name_of_a_charset() -> None:
    """A charset's name that no program could know does not keep the body from being read."""
    raw = b'From: a@b.example\nMIME-Version: 1.0\nContent-Type: text/plain; charset="ut\0f"\n\nDear Mrs Okafor'
    assert letter_of(raw).passages[-1].text == "Dear Mrs Okafor"


def test_body_too_deep_to_be_read_whole_is_an_error() -> None:
    """A body of which the library would drop the rest is not read in part."""
    message = _message()
    message.set_content("<div>" * 5000 + "One", subtype="html")
    _attach(message, word_letter("Dear Mrs Okafor"), "L.docx", _WORD)
    mail, letter = _read(message)
    assert isinstance(mail, Unread)
    assert (mail.path, mail.error.code) == ("mail.eml", ErrorCode.TOO_LARGE)
    assert isinstance(letter, Letter)


def test_message_of_very_many_parts_is_an_error() -> None:
    """Multiparts in multiparts end in an error, not in minutes of work."""
    raw = b"From: a@b.example\nSubject: x\nMIME-Version: 1.0\n"
    for number in range(3000):
        raw += b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (number, number)
    (unread,) = readers.read_bytes(raw, "mail.eml", Limits())
    assert isinstance(unread, Unread)
    assert unread.error.code is ErrorCode.TOO_LARGE


@pytest.mark.parametrize(("name", "kind"), [("winmail.dat", "ms-tnef"), ("winmail.dat", "octet-stream"), ("smime.p7m", "pkcs7-mime")])
def test_sealed_attachments_are_told_of(name: str, kind: str) -> None:
    """What a mail program hid the letter in is listed, with what to do."""
    message = _message()
    _attach(message, b"\x78\x9f\x3e\x22", name, ("application", kind))
    _, unread = _read(message)
    assert isinstance(unread, Unread)
    assert (unread.path, unread.error.code) == (f"mail.eml#{name}", ErrorCode.UNSUPPORTED)


def test_attached_names_of_one_kind_stay_apart() -> None:
    """A name that was given already gets a number, also where that name was given too."""
    message = _message()
    for name in ("a.txt", "a (2).txt", "a.txt", "a.txt"):
        _attach(message, FINDING.encode(), name, ("text", "plain"))
    paths = [one.path.removeprefix("mail.eml#") for one in _read(message)[1:]]
    assert paths == ["a.txt", "a (2).txt", "a (3).txt", "a (4).txt"]


def test_mails_own_leftovers_are_no_letters() -> None:
    """Pieces of the message that a mail server made files of are passed over."""
    message = _message()
    _attach(message, FINDING.encode(), "ATT00001.htm", ("text", "html"))
    assert len(_read(message)) == 1


def test_plain_text_that_only_points_to_the_html() -> None:
    """Where the plain text only says that the message is in HTML, the HTML is read."""
    message = _message("This message is in HTML.")
    message.add_alternative(f"<p>{FINDING}</p>", subtype="html")
    assert letter_of(message.as_bytes()).passages[-1].text == FINDING


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


_WORDS = st.lists(
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters=">"), min_size=1, max_size=30),
    min_size=1,
    max_size=5,
)


@given(words=_WORDS, charset=st.sampled_from(["utf-8", "windows-1252", "koi8-r"]))
def test_any_text_comes_back(words: list[str], charset: str) -> None:
    """Whatever the message says comes back, once and in order, in whichever character set it was sent."""
    text = "\n\n".join(f"a{word}" for word in words).encode(charset, "ignore").decode(charset)
    message = _message()
    message.set_content(text, charset=charset)
    found = [passage.text for passage in letter_of(message.as_bytes()).passages[1:]]
    assert found == readers.letter_from_text(text).text.split("\n\n")


_SOUND = _nested(2).as_bytes()


@given(cut=st.integers(0, 3000), places=st.lists(st.tuples(st.integers(0, len(_SOUND) - 1), st.integers(0, 255)), max_size=8))
def test_damaged_messages_never_raise(cut: int, places: list[tuple[int, int]]) -> None:
    """A message with bytes changed and its end cut off is read or refused, never a crash."""
    content = bytearray(_SOUND)
    for place, value in places:
        content[place] = value
    readers.read_bytes(bytes(content[: len(content) - cut]), "m.eml", Limits())
