"""The `letterproof` command: its arguments, and its exit status. docs/commands.md describes it.

Only the parser is here; each command's work is in a module that is imported when the command is called, so that checking one letter
never waits for Prefect, pandas or a database.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import gc
import io
import os
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from app.exits import Exit, Misuse
from models.finding import Edition, Kind


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    _use_utf8()
    chosen = parser().parse_args(arguments)
    try:
        status: int = chosen.run(chosen)
        if sys.stdout is not None:
            sys.stdout.flush()  # here, where a full disk can still be told of
    except Misuse as error:
        print(f"letterproof: {error}", file=sys.stderr)
        return Exit.USAGE
    except KeyboardInterrupt:
        print("letterproof: stopped.", file=sys.stderr)
        return Exit.INTERRUPTED
    except BrokenPipeError:  # whoever read the output has seen enough
        _drop_output()
        return Exit.FINE
    except OSError as error:  # of the output: what is read and written by name has errors of its own
        _drop_output()
        print(f"letterproof: the output could not be written ({error.strerror}).", file=sys.stderr)
        return Exit.UNFINISHED
    return status


def _drop_output() -> None:
    """Send what is left to print nowhere, so that Python does not fail on it once more at its end."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _use_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command."""
    top = argparse.ArgumentParser(
        prog="letterproof",
        description="Check a social landlord's complaint letters against the Complaint Handling Code.",
        epilog="Exit status: 0 fine, 1 gaps, 2 wrong usage, 3 a file could not be read, 4 could not finish. See docs/commands.md.",
    )
    top.add_argument("--version", action="version", version=f"letterproof {_version()}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_check(commands.add_parser("check", help="check letters, or every letter in a folder"))
    _add_annotate(commands.add_parser("annotate", help="write a copy of a Word draft with what was found in it as comments"))
    _add_serve(commands.add_parser("serve", help="serve the web page on which officers fix drafts, and the API"))
    _add_text(commands.add_parser("text", help="print a letter's text as the checkers see it"))
    _add_schema(commands.add_parser("schema", help="print the JSON Schema of a result"))
    _add_evaluate(commands.add_parser("evaluate", help="score the program on annotated letters"))
    _add_nightly(commands.add_parser("nightly", help="check what is new in an archive, keep the results, write the summary"))
    _add_recheck(commands.add_parser("recheck", help="judge again what a store holds, after new rules or settings"))
    _add_runs(commands.add_parser("runs", help="list the runs of a store"))
    _add_forget(commands.add_parser("forget", help="remove letters from a store for good"))
    _add_sample(commands.add_parser("sample", help="draw a random sample of checked letters for review"))
    _add_summary(commands.add_parser("summary", help="write the compliance summary"))
    return top


def _add_check(check: argparse.ArgumentParser) -> None:
    check.description = "Check letters: what each must say, what is missing, and what to write instead."
    check.add_argument("paths", nargs="+", metavar="PATH", help="letters or folders; - reads a letter from standard input")
    check.add_argument(
        "--format",
        choices=["text", "json", "jsonl"],
        default="text",
        help="for people (text), or for programs: a list (json), a line a letter (jsonl)",
    )
    check.add_argument("--watch", action="store_true", help="check a letter again whenever it is saved, until Ctrl-C")
    _add_choice(check)
    _add_settings(check)
    check.set_defaults(run=_check)


def _add_annotate(annotate: argparse.ArgumentParser) -> None:
    annotate.description = "Write a copy of a Word draft with comments: at the top what is missing, and at its words each thing to look at."
    annotate.add_argument("path", type=Path, metavar="DRAFT", help="a Word document (.docx)")
    annotate.add_argument(
        "-o",
        "--out",
        type=Path,
        metavar="FILE",
        help="the copy to write (default: DRAFT-checked.docx beside the draft); the draft's own name puts the comments into the draft",
    )
    annotate.add_argument("--overwrite", action="store_true", help="write over a copy that is there already")
    _add_choice(annotate)
    _add_settings(annotate)
    annotate.set_defaults(run=_annotate)


def _add_serve(serve: argparse.ArgumentParser) -> None:
    serve.description = "Serve the web page on which officers fix drafts, and the API for other programs, until stopped."
    serve.add_argument("--host", default="127.0.0.1", metavar="HOST", help="the address to listen at (default: this machine only)")
    serve.add_argument("--port", type=int, default=8000, metavar="PORT", help="the port to listen at (default: 8000; 0 takes a free one)")
    _add_settings(serve)
    serve.set_defaults(run=_serve)


def _add_text(text: argparse.ArgumentParser) -> None:
    text.description = "Print a letter's text exactly as the checkers see it: places in results count its characters."
    text.add_argument("path", metavar="PATH", help="a letter; - reads standard input; mail.eml#name.docx is a letter attached to an e-mail")
    _add_settings(text)
    text.set_defaults(run=_text)


def _add_schema(schema: argparse.ArgumentParser) -> None:
    schema.description = "Print the JSON Schema that every result of `letterproof check --format json` follows."
    schema.set_defaults(run=_schema)


def _add_evaluate(evaluate: argparse.ArgumentParser) -> None:
    evaluate.description = "Score the program on annotated letters (docs/corpus.md), and show what a change of rules alters."
    evaluate.add_argument("folder", type=Path, metavar="DIR", help="the folder of annotated letters")
    evaluate.add_argument("--voices", metavar="NAMES", help="only these voices: names with commas, or test or train, by DIR/voices.toml")
    evaluate.add_argument("--format", choices=["text", "json"], default="text", help="for people (text), or for programs (json)")
    evaluate.add_argument("--mistakes", action="store_true", help="list every mistake with the words that misled the program")
    evaluate.add_argument("--keep", type=Path, metavar="FILE", help="keep what is decided of each letter as a baseline")
    evaluate.add_argument("--against", type=Path, metavar="FILE", help="show what is decided otherwise than in this baseline")
    _add_settings(evaluate)
    evaluate.set_defaults(run=_evaluate)


def _add_nightly(nightly: argparse.ArgumentParser) -> None:
    nightly.description = (
        "Check the letters of an archive that are new or changed since the last run, keep the results in a store, and "
        "write the compliance summary."
    )
    nightly.add_argument("archive", metavar="ARCHIVE", help="a folder of letters, a ZIP, or an address such as s3://bucket/letters")
    _add_store(nightly, default="sqlite:///out/letters.db")
    nightly.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="where the summary is written (default: out)")
    nightly.add_argument(
        "--include", action="append", default=[], metavar="PATTERN", help="check only files that match, as in .gitignore; may be repeated"
    )
    nightly.add_argument(
        "--exclude", action="append", default=[], metavar="PATTERN", help="leave out files that match, as in .gitignore; may be repeated"
    )
    nightly.add_argument("--index", type=Path, metavar="FILE", help="the index of cases: CSV or .xlsx")
    nightly.add_argument(
        "--runner", choices=["local", "dask"], default="local", help="where letters are checked: on this machine, or on a Dask cluster"
    )
    nightly.add_argument("--address", metavar="URL", help="the address of the Dask cluster's scheduler: tcp://host:8786")
    nightly.add_argument(
        "--schedule", metavar="CRON", help='run at these times, London time, until stopped: "0 2 * * *" is two o\'clock every night'
    )
    _add_settings(nightly)
    nightly.set_defaults(run=_nightly)


def _add_recheck(recheck: argparse.ArgumentParser) -> None:
    recheck.description = (
        "Judge again every letter in a store that other rules or settings have judged. Where a letter's text is kept, its file is not read."
    )
    _add_store(recheck)
    recheck.add_argument(
        "--format",
        choices=["text", "json"],
        default="text",
        help="what changed, for people (text), or for programs (json), letter by letter",
    )
    _add_settings(recheck)
    recheck.set_defaults(run=_recheck)


def _add_runs(runs: argparse.ArgumentParser) -> None:
    runs.description = "List the runs of a store: when, over which archive, how long, what came of it."
    _add_store(runs)
    runs.add_argument("--last", type=int, default=20, metavar="N", help="only the last so many runs; 0 lists all (default: 20)")
    runs.add_argument("--format", choices=["text", "json"], default="text", help="for people (text), or for programs (json)")
    runs.set_defaults(run=_runs)


def _add_forget(forget: argparse.ArgumentParser) -> None:
    forget.description = "Remove letters from a store for good, with their history and text. The letters' files are left alone."
    _add_store(forget)
    which = forget.add_mutually_exclusive_group(required=True)
    which.add_argument("--before", type=_day, metavar="DAY", help="letters dated before this day (2020-04-01)")
    which.add_argument("--older-than", type=int, metavar="DAYS", help="letters dated more than so many days ago")
    which.add_argument("--reference", metavar="REF", help="the letters of this case")
    which.add_argument("--letter", metavar="PATH", help="a letter by its path or its SHA-256 hash, and all its copies")
    forget.add_argument("--dry-run", action="store_true", help="say what would be removed, and remove nothing")
    forget.set_defaults(run=_forget)


def _add_sample(sample: argparse.ArgumentParser) -> None:
    sample.description = (
        "Draw a reproducible random sample of checked letters, spread over kinds and stages, as a workbook with columns "
        "for the reviewer's verdicts."
    )
    _add_store(sample)
    sample.add_argument("--size", type=int, default=30, metavar="N", help="how many letters (default: 30)")
    sample.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed draws the same letters again (default: 1)")
    sample.add_argument(
        "--out", type=Path, default=Path("sample.xlsx"), metavar="FILE", help="the workbook to write (default: sample.xlsx)"
    )
    _add_period(sample)
    sample.set_defaults(run=_sample)


def _add_summary(summary: argparse.ArgumentParser) -> None:
    summary.description = "Write the compliance summary of the letters in a store: a page, a workbook and CSV files."
    _add_store(summary)
    _add_period(summary)
    summary.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="where it is written (default: out)")
    _add_settings(summary)
    summary.set_defaults(run=_summary)


def _add_choice(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--kind",
        type=Kind,
        choices=list(Kind),
        metavar="KIND",
        help=f"the kind of letter, instead of what is worked out: {', '.join(Kind)}",
    )
    command.add_argument("--stage", type=int, choices=[1, 2, 3], help="the stage, instead of what is worked out")
    command.add_argument(
        "--edition",
        type=Edition,
        choices=list(Edition),
        metavar="EDITION",
        help=f"the edition of the Code, instead of what is worked out: {', '.join(Edition)}",
    )


def _add_settings(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--settings", type=Path, metavar="FILE", help="the landlord's settings (default: letterproof.toml here, where there is one)"
    )


def _add_store(command: argparse.ArgumentParser, default: str | None = None) -> None:
    words = "where results are kept, as a database URL: sqlite:///letters.db, postgresql://user@host/name"
    command.add_argument(
        "--store", metavar="URL", default=default, required=default is None, help=f"{words} (default: {default})" if default else words
    )


def _add_period(command: argparse.ArgumentParser) -> None:
    command.add_argument("--since", type=_day, metavar="DAY", help="leave out letters dated before this day (2025-04-01)")
    command.add_argument("--until", type=_day, metavar="DAY", help="leave out letters dated after this day (2026-03-31)")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as 2025-04-01") from error


def _check(chosen: argparse.Namespace) -> int:
    from app.checking import check

    gc.freeze()  # what was imported stays: looking through it for garbage takes as long as reading a letter
    return check(chosen)


def _annotate(chosen: argparse.Namespace) -> int:
    from app.annotate import annotate

    return annotate(chosen)


def _serve(chosen: argparse.Namespace) -> int:
    from app.web.serving import serve

    return serve(chosen)


def _text(chosen: argparse.Namespace) -> int:
    from app.checking import text

    return text(chosen)


def _schema(_: argparse.Namespace) -> int:
    from app.checking import schema

    return schema()


def _evaluate(chosen: argparse.Namespace) -> int:
    from app.evaluation import evaluate

    return evaluate(chosen)


def _nightly(chosen: argparse.Namespace) -> int:
    from app.batch import nightly

    return nightly(chosen)


def _recheck(chosen: argparse.Namespace) -> int:
    from app.kept import recheck

    return recheck(chosen)


def _runs(chosen: argparse.Namespace) -> int:
    from app.kept import runs

    return runs(chosen)


def _forget(chosen: argparse.Namespace) -> int:
    from app.kept import forget

    return forget(chosen)


def _sample(chosen: argparse.Namespace) -> int:
    from app.batch import sample

    return sample(chosen)


def _summary(chosen: argparse.Namespace) -> int:
    from app.batch import summary

    return summary(chosen)


def _version() -> str:
    try:
        return version("letterproof")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "(not installed)"
