"""What in an e-mail is the message itself, and what stands around it."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from making import letter_of, shown

_OUTLOOK = (
    "<div id='appendonsend'></div><hr><div id='divRplyFwdMsg'><b>From:</b> A Okafor<br><b>Sent:</b> 14 March 2025 10:05<br>"
    "<b>To:</b> Jo<br><b>Subject:</b> Damp</div><div>My old text</div>"
)
_BORDER = (
    "<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p><b>From:</b> A Okafor<br><b>Sent:</b> 14 March"
    " 2025 10:05<br><b>To:</b> Jo<br><b>Subject:</b> Damp</p></div><p>My old text</p>"
)
_GMAIL = (
    "<div class='gmail_quote'><div class='gmail_attr'>On Fri, A wrote:</div><blockquote class='gmail_quote'>My old text</blockquote></div>"
)
_APPLE = "<div><br><blockquote type='cite'><div>On 14 Mar 2025, at 10:05, A wrote:</div><div>My old text</div></blockquote></div>"
_YAHOO = "<div id='yahoo_quoted_1' class='yahoo_quoted'><div>On Friday, A wrote:</div><div>My old text</div></div>"
_CONFIDENTIAL = (
    "This email and any attachments are confidential and intended solely for the use of the individual to whom they are addressed."
)


def _passages(text: str, subtype: str = "plain") -> list[tuple[str, str]]:
    """Return the part and the text of each passage below the header lines."""
    message = EmailMessage()
    message["From"] = "jo@hexley.example"
    message["Subject"] = "Damp"
    message.set_content(text, subtype=subtype)
    return [(part, text) for part, _, text in shown(letter_of(message.as_bytes()))[1:]]


@pytest.mark.parametrize("thread", [_OUTLOOK, _BORDER, _GMAIL, _APPLE, _YAHOO])
def test_thread_in_html_is_left_out(thread: str) -> None:
    """What a mail program marks as the message that is answered is not the letter's."""
    assert _passages(f"<html><body><p>We uphold your complaint.</p>{thread}</body></html>", "html") == [
        ("body", "We uphold your complaint.")
    ]


@pytest.mark.parametrize("thread", [_OUTLOOK, _BORDER, _GMAIL, _APPLE, _YAHOO])
def test_message_that_is_all_thread_is_read(thread: str) -> None:
    """A letter that was passed on without a word is read."""
    assert any("My old text" in text for _, text in _passages(f"<html><body>{thread}</body></html>", "html"))


def test_the_residents_words_in_a_quotation_are_kept() -> None:
    """A quotation in the letter is no thread."""
    page = "<p>You wrote:</p><blockquote><p>My ceiling leaks.</p></blockquote><p>We agree.</p>"
    assert [text for _, text in _passages(page, "html")] == ["You wrote:", "My ceiling leaks.", "We agree."]


def test_signature_below_its_delimiter() -> None:
    """What stands below "-- " is a signature; the name in the sign-off is the letter's."""
    text = "We uphold it.\n\nYours sincerely\n\nJo Clarke\nComplaints Officer\n-- \nHexley Homes\nTel: 01632 960000\n"
    assert _passages(text) == [
        ("body", "We uphold it."),
        ("body", "Yours sincerely"),
        ("body", "Jo Clarke\nComplaints Officer"),
        ("signature", "Hexley Homes\nTel: 01632 960000"),
    ]


def test_contact_card_below_the_sign_off() -> None:
    """Lines to reach the sender by are a signature, but not where they stand in one block with the name."""
    sign_off = "Kind regards\n\nJo Clarke\nComplaints Officer\n01632 960000"
    card = "Hexley Homes\nT: 01632 960000\nwww.hexley.example"
    assert _passages(f"We uphold it.\n\n{sign_off}\n\n{card}")[-2:] == [
        ("body", "Jo Clarke\nComplaints Officer\n01632 960000"),
        ("signature", card),
    ]
    assert ("body", card) in _passages(f"{card}\n\nWe uphold it.\n\n{sign_off}")


def test_rights_below_the_sign_off_stay_in_the_body() -> None:
    """How to reach the Ombudsman, in a sentence, is no contact card wherever it stands."""
    rights = "Tel: 0300 111 3000 is where you can reach the Housing Ombudsman if you are unhappy with this."
    assert _passages(f"We uphold it.\n\nYours sincerely\n\nJo Clarke\n\n{rights}")[-1] == ("body", rights)


@pytest.mark.parametrize("mark", ["class='gmail_signature'", "id='Signature'", "id='ms-outlook-mobile-signature'", "class='moz-signature'"])
def test_signature_in_html(mark: str) -> None:
    """What a mail program marks as its signature is one."""
    page = f"<p>We uphold it.</p><div {mark}><p>Hexley Homes</p><p>Homes for Hexley</p></div>"
    assert _passages(page, "html") == [("body", "We uphold it."), ("signature", "Hexley Homes"), ("signature", "Homes for Hexley")]


@pytest.mark.parametrize(
    "small_print",
    [
        _CONFIDENTIAL,
        "If you have received this email in error please delete it.",
        "Please consider the environment before printing this email.",
        "The views in this message are those of the sender.",
        "We may monitor e-mails.",
        "Confidentiality notice: not for others.",
        "Emails may be monitored for training.",
        "This message has been scanned for viruses.",
    ],
)
def test_small_print(small_print: str) -> None:
    """Legal small print below the sign-off is a disclaimer, not the letter's body."""
    assert _passages(f"We uphold it.\n\nYours sincerely\n\nJo Clarke\n\n{small_print}")[-1] == ("disclaimer", small_print)


def test_banner_above_the_letter() -> None:
    """What a mail server puts above a message from outside is small print too."""
    banner = "CAUTION: This email originated from outside the organisation."
    assert _passages(f"{banner}\n\nWe uphold it.") == [("disclaimer", banner), ("body", "We uphold it.")]


@pytest.mark.parametrize(
    "sentence",
    [
        "This email is our stage 1 response to your complaint about damp.",
        "The message you left was not passed on, and I am sorry that it was not kept confidential.",
        "The information in your letter was not acted on.",
    ],
)
def test_letters_own_words_are_no_small_print(sentence: str) -> None:
    """A sentence of the letter stays in the body, though it speaks of e-mails and of what is confidential."""
    assert _passages(f"{sentence}\n\nYours sincerely\n\nJo Clarke")[0] == ("body", sentence)
