"""What in an e-mail is the message itself, and what is the thread below it, a signature or legal small print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from models.letter import Block, Part
from readers.text import text_blocks

_THREAD = re.compile(
    r"^(?:"
    r"-{3,} ?(?:original message|forwarded message|forwarded by|original appointment|reply message).*"
    r"|begin forwarded message:"
    r"|on\b(?=.*(?:@|\d:\d\d)).{5,300}\bwrote: *$"
    r"|[*_]*from:[*_]* .+\n(?:.*\n){0,2}?[*_]*(?:sent|date):[*_]* .+\n(?:.*\n){0,3}?[*_]*(?:to|subject):[*_]* "
    r")",
    re.IGNORECASE | re.MULTILINE,
)
_WROTE = re.compile(r"^(on\b[^\n]{5,200})\n([^\n]{0,100}\bwrote:) *$", re.IGNORECASE | re.MULTILINE)
_HEAD_BLOCKS = 5

_DELIMITER = re.compile(r"^-- ?$", re.MULTILINE)  # RFC 3676, 4.3; some programs drop the space
_SIGNATURE_LINES = 15
_SIGN_OFF = re.compile(
    r"^(?:yours (?:sincerely|faithfully|truly)|(?:with |many |my )?(?:kind(?:est)?|best|warm(?:est)?)(?: (?:regards|wishes))?|regards"
    r"|(?:many |with )?thanks|with (?:kind |best |warm )?(?:regards|wishes))[,.!]?$",
    re.IGNORECASE | re.MULTILINE,
)
_CARD_LINE = re.compile(
    r"^(?:tel|telephone|phone|mobile|mob|direct|office|fax|e-?mail|web|website|[tmefwda])\b ?[:.|]|^(?:www\.|https?://)\S+$"
    r"|^\S+@\S+\.\S+$|^(?:follow|find) us\b",
    re.IGNORECASE | re.MULTILINE,
)
_SENTENCE = re.compile(r"\b[a-z]+ [a-z]+ [a-z]+ [a-z]+ [a-z]+ [a-z]+\b.*[.?!]$", re.MULTILINE)

_MESSAGE = r"(?:e-?mail|message|transmission)"
_BANNER = re.compile(
    rf"^(?:\W{{0,3}}(?:caution|external|warning)\W{{1,5}})?(?:this {_MESSAGE} )?(?:originated|was sent|came) from "
    r"(?:outside|an external)\b",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"^(?:disclaimer\b.{0,20}$|confidentiality notice\b"
    rf"|(?:the |any )?(?:information|contents?|views?|opinions?)\b.{{0,60}}\b(?:in|of|with) this {_MESSAGE}"
    rf"|(?:this|the) {_MESSAGE}\b.{{0,150}}\b(?:confidential|privileged|intended (?:only|solely|recipient)|virus(?:es)?|scanned|swept)\b"
    rf"|if you (?:have |are )?(?:not the intended recipient|received this {_MESSAGE} in error)"
    rf"|(?:internet )?{_MESSAGE}s? (?:may be|are|is|cannot be|can be)\b.{{0,60}}\b(?:monitored|recorded|intercepted|secure)"
    r"|please (?:consider|think (?:about|of)) the environment before|(?:save|think) (?:paper|before you print)"
    r"|we (?:may monitor|monitor|reserve the right to monitor)\b.{0,30}\be-?mails?\b"
    r"|we (?:accept no|cannot accept|do not accept)(?: any)? (?:liability|responsibility)\b.{0,80}\b(?:virus|e-?mail|attachment))",
    re.IGNORECASE | re.DOTALL,
)


def plain_blocks(text: str) -> list[Block]:
    """Return the blocks of a message in plain text; where it is nothing but a quoted or forwarded one, that is the message."""
    own = _own(_WROTE.sub(r"\1 \2", text))
    return _marked(_signed(own) or text_blocks(text))


def rich_message(page: list[Block]) -> list[Block]:
    """Return the blocks of a message in HTML or rich text without the thread below it; where it is all thread, that is the message."""
    return _marked(list(_above_thread(page)) or page)


def _marked(body: list[Block]) -> list[Block]:
    """Return the blocks, with their part where they are a contact card or legal small print below the sign-off.

    The name in the sign-off, with what stands in one block with it, is the letter's.
    """
    sign_off = max((index for index, block in enumerate(body) if _SIGN_OFF.search(block.text)), default=-1)
    card = len(body) if sign_off < 0 else sign_off + (1 if _has_name(body[sign_off].text) else 2)
    return [_as_part(block, is_below=index > sign_off, may_be_card=index >= card) for index, block in enumerate(body)]


def _has_name(sign_off: str) -> bool:
    *_, last = _SIGN_OFF.finditer(sign_off)
    return bool(sign_off[last.end() :].strip())


def _as_part(block: Block, *, is_below: bool, may_be_card: bool) -> Block:
    if block.part not in {Part.BODY, Part.SIGNATURE}:
        return block
    if _BANNER.match(block.text) or (is_below and _DISCLAIMER.match(block.text)):
        return replace(block, part=Part.DISCLAIMER)
    is_card = may_be_card and _CARD_LINE.search(block.text) and not _SENTENCE.search(block.text)
    return replace(block, part=Part.SIGNATURE) if is_card else block


def _own(text: str) -> str:
    """Return the text above the first sign of a quoted thread, without quoted lines."""
    start = _THREAD.search(text)
    above = text if start is None else text[: start.start()]
    return "\n".join(line for line in above.split("\n") if not line.startswith(">"))


def _signed(text: str) -> list[Block]:
    """Return the blocks of a text, those of a signature below its delimiter as such."""
    for delimiter in _DELIMITER.finditer(text):
        below = text[delimiter.end() :]
        if text[: delimiter.start()].strip() and below.strip() and len(below.strip().splitlines()) <= _SIGNATURE_LINES:
            signature = (replace(block, part=Part.SIGNATURE) if block.part is Part.BODY else block for block in text_blocks(below))
            return [*text_blocks(text[: delimiter.start()]), *signature]
    return text_blocks(text)


def _above_thread(body: list[Block]) -> Iterator[Block]:
    for index, block in enumerate(body):
        # The lines of a thread's head may stand in one block or in several.
        near = "\n".join(one.text for one in body[index : index + _HEAD_BLOCKS]) + "\n"
        start = _THREAD.search(near)
        kept = block.text if start is None else block.text[: start.start()].strip()
        if kept:
            yield replace(block, text=kept)
        if start is not None and start.start() < len(block.text):
            return
