"""What a landlord can set: its own names and policy, the limits on files, and where results are kept.

Settings come from a TOML file (`letterproof.toml` in the working folder, or `--settings FILE`), then from environment
variables `LETTERPROOF_…`, which win. docs/settings.md lists them all.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource
from pydantic_settings import SettingsError as UnparsedError

from models.directory import Directory, read_directory
from models.finding import FlagName, Severity

SETTINGS_FILE = "letterproof.toml"
_PREFIX = "LETTERPROOF_"
_OF_TESTS = "LETTERPROOF_TEST_"  # what the project's own tests are told by their environment


class SettingsError(Exception):
    """Settings that cannot be used. The message says which, and what to do."""


def _listed(value: object) -> object:
    """Read the file that a setting names; a list that was read already stays as it is."""
    return read_directory(Path(value)) if isinstance(value, str | Path) and str(value) else value


Listed = Annotated[Directory | None, NoDecode, BeforeValidator(_listed)]  # a setting that names a CSV file, and holds what stands in it


class Limits(BaseModel):
    """How much of a file is read before it is given up."""

    model_config = ConfigDict(extra="forbid")

    file_bytes: int = Field(default=25_000_000, gt=0, description="Largest file that is read, in bytes.")
    unpacked_bytes: int = Field(
        default=100_000_000, gt=0, description="Most that what is packed in a file, or attached to an e-mail, may unpack to, in bytes."
    )
    characters: int = Field(default=300_000, gt=0, le=900_000, description="Longest text of a letter, in characters.")
    attachments: int = Field(default=100, ge=0, description="Most files that are read of those attached to one e-mail.")
    nesting: int = Field(default=3, ge=0, description="How deep letters may be attached: 2 reads what is attached to an attached e-mail.")
    pages: int = Field(default=200, gt=0, description="Most pages of a PDF.")
    seconds: float = Field(default=60, gt=0, le=3600, description="Longest that checking one file may take, in seconds.")
    memory_bytes: int = Field(
        default=1_000_000_000, ge=100_000_000, description="Most memory that checking one file may take, in bytes; held on Linux."
    )
    requests: int = Field(default=1200, gt=0, description="Most requests a minute that the server answers from one address.")


class Settings(BaseSettings):
    """All settings, with their defaults."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_nested_delimiter="__", extra="forbid", toml_file=SETTINGS_FILE)

    landlord: str | None = Field(default=None, description="The landlord's name, as its letters print it.")
    staff: tuple[str, ...] = Field(default=(), description="Names of staff, to tell them from other people in a letter.")
    contractors: tuple[str, ...] = Field(default=(), description="Names of contractors' companies and workers.")
    staff_file: Listed = Field(default=None, description="CSV file of your staff: name or e-mail, and job title.")
    contractors_file: Listed = Field(default=None, description="CSV file of your contractors: company, name or e-mail, and trade.")
    named_on_purpose: tuple[str, ...] = Field(
        default=(), description="Names, or job titles, that your letters give on purpose: they raise no flag."
    )
    severities: dict[FlagName, Severity] = Field(
        default={}, description="Severity of flags where yours differs: `error`, `warning` or `info`."
    )
    ignore_flags: tuple[FlagName, ...] = Field(default=(), description="Flags that are never raised.")
    limits: Limits = Field(default_factory=Limits, description="How much of a file is read.")
    token: SecretStr | None = Field(
        default=None, min_length=16, description="What the server asks of those who call its API, 16 characters or more; secret."
    )
    workers: int = Field(
        default=0,
        ge=0,
        description="Worker processes of the nightly batch, or of the server for texts and for files each; 0 means one a processor.",
    )
    include: tuple[str, ...] = Field(default=(), description="Files of the archive that are checked: patterns; none means all.")
    exclude: tuple[str, ...] = Field(default=(), description="Files of the archive that are left out: patterns.")
    settle_seconds: float = Field(
        default=10, ge=0, description="How long ago a file must have been written, in seconds; a newer one is left for the next run."
    )
    index: str | None = Field(default=None, description="The index of cases: a CSV file or an Excel workbook.")
    chunk: int = Field(default=100, gt=0, le=500, description="Files that one batch task takes.")
    log_format: Literal["text", "json"] = Field(
        default="text",
        description="What the nightly run writes into a log: lines for people (text), or for programs (json).",
    )
    keep_text: bool = Field(
        default=False, description="Keep the text of letters in the store, so that new rules can judge them without reading the files."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic-settings passes all four by name
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file."""
        return init_settings, env_settings, _TomlSource(settings_cls)


class _TomlSource(TomlConfigSettingsSource):
    """A TOML file as editors save it: some put a byte-order mark before it."""

    def _read_file(self, file_path: Path | Traversable) -> dict[str, Any]:
        return tomllib.loads(file_path.read_bytes().decode("utf-8-sig"))


def load_settings(path: Path | None = None) -> Settings:
    """Return the settings from `path` (or from `letterproof.toml` here, where there is one) and the environment.

    Raises SettingsError where the file is missing or does not parse, a value does not fit, or the environment has a setting that is none.
    """
    named = path or SETTINGS_FILE
    _check_environment()
    chosen = Settings if path is None else type("Settings", (Settings,), {"model_config": {**Settings.model_config, "toml_file": path}})
    try:
        if path is not None and not path.is_file():
            raise SettingsError(f"There is no settings file {path}. Check the path, or leave --settings out to use the defaults.")
        settings: Settings = chosen()
    except OSError as error:
        raise SettingsError(
            f"The settings file {named} cannot be opened ({error.strerror}). Check the path and that you may read it."
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"The settings file {named} is not in UTF-8. Save it again as UTF-8 text.") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(f"The settings file {named} is not valid TOML: {error}.") from error
    except UnparsedError as error:
        raise SettingsError(f'{error}: in the environment, write a list as JSON, such as ["one", "two"]. See docs/settings.md.') from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in error.errors())
        raise SettingsError(f"These settings do not fit: {faults}. See docs/settings.md.") from error
    return settings


def _check_environment() -> None:
    """Raise SettingsError for a variable that looks like a setting and is none: a slip of the pen would pass unseen."""
    for variable in os.environ:
        name = variable.upper().removeprefix(_PREFIX).partition("__")[0].lower()
        if variable.upper().startswith(_PREFIX) and not variable.upper().startswith(_OF_TESTS) and name not in Settings.model_fields:
            near = difflib.get_close_matches(name, Settings.model_fields, 1)
            advice = f"Did you mean {_PREFIX}{near[0].upper()}?" if near else "See docs/settings.md."
            raise SettingsError(f"The environment has {variable}, but there is no such setting. {advice}")
