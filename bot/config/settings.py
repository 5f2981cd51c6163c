"""What the owner configures: ``pairguard.toml`` and the environment, read and checked once.

A variable ``PAIRGUARD_<KEY>`` wins over the file; ``__`` separates the levels, as in ``PAIRGUARD_REDIS__URL``.
Passwords and the webhook's secret are read from the environment only, and only when they are needed.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from bot.config.breaker import BreakerSettings
from bot.config.part import Part, refuse
from bot.config.politeness import PolitenessSettings
from bot.config.risk import (
    AccountLimitSettings,
    AmountByCurrency,
    RiskSettings,
    refuse_misfits_by_currency,
    refuse_misfits_of_account,
)
from bot.config.settlement import SettlementSettings
from bot.config.timing import TimingSettings
from bot.domain.limits import AccountLimits, Limits
from bot.domain.money import Money, share
from bot.domain.odds import OddsStyle
from bot.domain.pair import ID_PATTERN, Account
from bot.domain.policies import HedgePolicy, WorkPolicy
from bot.errors import ConfigurationInvalid
from bot.ports.bookmaker import Credentials, Whitelabel

_PREFIX = "PAIRGUARD_"
_CONFIG_VARIABLE = "PAIRGUARD_CONFIG"
_PASSWORD_PREFIX = "PAIRGUARD_PASSWORD_"  # noqa: S105 - the beginning of a variable's name
_SECRET_KEYS = ("password", "secret")
_HEDGE = HedgePolicy()

_Value = TypeVar("_Value", bound=Hashable)


def _known_time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        raise ValueError(f"{name!r} is not a time zone such as Europe/Berlin") from None
    return name


def _web_address(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+.*", text):
        raise ValueError("must begin with https:// or http:// and a host name")
    return text.rstrip("/")


Id = Annotated[str, Field(pattern=f"^{ID_PATTERN.pattern}$")]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Variable = Annotated[str, Field(pattern="^[A-Za-z_][A-Za-z0-9_]*$")]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
TimeZone = Annotated[str, AfterValidator(_known_time_zone)]
WebAddress = Annotated[str, AfterValidator(_web_address)]


def _redis_address(url: SecretStr) -> SecretStr:
    if not re.match(r"(redis|rediss|unix)://.", url.get_secret_value()):
        raise ValueError("must begin with redis://, rediss:// or unix://")
    return url


class RedisSettings(Part):
    """Where the ledger and the queue are. Without ``url`` Pairguard runs its own Redis in ``data_dir``.

    A URL may hold a password, so it is a secret.
    """

    url: Annotated[SecretStr, AfterValidator(_redis_address)] | None = None


class QueueSettings(Part):
    """Where jobs come from, and how many pairs are placed at the same time.

    In live mode the queue is called ``name``, in a dry run ``name`` and ``.dry-run``.
    """

    name: Id = "bet-pairs"
    concurrency: Annotated[int, Field(ge=1, le=64)] = WorkPolicy().pairs_at_once


class WebhookSettings(Part):
    """Where events go. A URL may hold a token, so it is a secret."""

    url: SecretStr | None = None
    secret_env: Variable = "PAIRGUARD_WEBHOOK_SECRET"  # noqa: S105 - a variable's name

    def secret(self) -> SecretStr:
        """Read the signing secret; raises ConfigurationInvalid, which names the variable, when it is not set."""
        return _secret_in(self.secret_env, "the webhook's signing secret")


class WhitelabelSettings(Part):
    """A brand that runs on a provider."""

    provider: Id
    base_url: WebAddress
    language: Id = "en"
    odds_style: OddsStyle = OddsStyle.DECIMAL
    time_zone: TimeZone = "UTC"
    minimum_stake: AmountByCurrency = Field(default_factory=dict)
    stake_step: AmountByCurrency = Field(default_factory=dict)

    def taken_in(self, currency: str) -> dict[str, Any]:
        """Return which stakes are taken in a currency: ``minimum_stake`` and ``stake_step``, if they are set."""
        named = {"minimum_stake": self.minimum_stake, "stake_step": self.stake_step}
        return {name: Money(amounts[currency], currency) for name, amounts in named.items() if currency in amounts}


class AccountSettings(Part):
    """A login at a whitelabel. The password is in the environment."""

    whitelabel: Id
    id: Id
    username: Name
    password_env: Variable | None = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    limits: AccountLimitSettings = AccountLimitSettings()

    @property
    def password_variable(self) -> str:
        """The environment variable that holds the password."""
        return self.password_env or _default_password_variable(self.whitelabel, self.id)


class HedgeSettings(Part):
    """How often and how long a refused hedge is retried, and at what price.

    ``max_loss`` is the largest certain loss that a hedge below its minimum odds may cause, as a fraction of the
    positive bet's stake: one number for every currency and stake. With 0 a hedge may cost the profit but never makes a
    loss certain; only the owner can allow more. An interrupted hedge is resumed until ``resume_within_s`` after the
    pair was armed. A positive bet that stands alone for ``naked_after_s`` is announced.
    """

    max_attempts: Annotated[int, Field(ge=1, le=20)] = _HEDGE.max_attempts
    window_s: Seconds = _HEDGE.window_s
    retry_delay_s: Annotated[float, Field(ge=0, allow_inf_nan=False)] = _HEDGE.retry_delay_s
    max_loss: Annotated[Decimal, AfterValidator(share)] = _HEDGE.max_loss
    resume_within_s: Seconds = _HEDGE.resume_within_s
    naked_after_s: Seconds = _HEDGE.naked_after_s


class Settings(BaseSettings):
    """The whole configuration. Use ``load`` to read one; ``data_dir`` is then absolute."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    mode: Literal["dry_run", "live"] = "dry_run"
    data_dir: Path = Path("~/.local/share/pairguard")
    log_level: Literal["TRACE", "DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    redis: RedisSettings = RedisSettings()
    queue: QueueSettings = QueueSettings()
    webhook: WebhookSettings = WebhookSettings()
    whitelabels: dict[Id, WhitelabelSettings] = {}
    accounts: tuple[AccountSettings, ...] = ()
    timing: TimingSettings = TimingSettings()
    settlement: SettlementSettings = SettlementSettings()
    hedge: HedgeSettings = HedgeSettings()
    risk: RiskSettings = RiskSettings()
    breaker: BreakerSettings = BreakerSettings()
    politeness: PolitenessSettings = PolitenessSettings()

    @classmethod
    def load(cls, file: Path) -> Settings:
        """Read a configuration file and the environment.

        Raises ConfigurationInvalid, which names the file or variable, the key and what to correct; it never quotes
        a value that may be secret.
        """
        document = _document(file)
        try:
            settings = cls(**document)
        except ValidationError as error:
            problems = [_problem(e, document) for e in error.errors(include_url=False, include_input=False)]
            raise ConfigurationInvalid(f"{file}: {'; '.join(problems)}") from None
        except SettingsError:
            raise ConfigurationInvalid(_malformed_variable()) from None
        _refuse_unknown_variables(settings)
        data_dir = (file.absolute().parent / settings.data_dir.expanduser()).resolve()
        return settings.model_copy(update={"data_dir": data_dir})

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Give the environment precedence over the file, whose content arrives as arguments."""
        del settings_cls, dotenv_settings, file_secret_settings
        return env_settings, init_settings

    @model_validator(mode="after")
    def _accounts_fit_together(self) -> Self:
        for position, configured in enumerate(self.accounts):
            if configured.whitelabel not in self.whitelabels:
                known = ", ".join(sorted(self.whitelabels)) or "none"
                problem = f"{configured.whitelabel!r} is not configured (known: {known})"
                refuse(f"accounts[{position}].whitelabel", problem)
        for account in _repeated(self._account(configured) for configured in self.accounts):
            refuse("accounts", f"{account} is listed more than once")
        for variable in _repeated(a.password_variable for a in self.accounts if a.password_env is None):
            refuse("accounts", f"several accounts would share the variable {variable}; give each a password_env")
        return self

    @model_validator(mode="after")
    def _settlement_names_providers(self) -> Self:
        in_use = {brand.provider for brand in self.whitelabels.values()}
        for name in sorted(self.settlement.providers.keys() - in_use):
            known = ", ".join(sorted(in_use)) or "none"
            refuse(f"settlement.providers.{name}", f"no whitelabel runs on this provider (known: {known})")
        return self

    @model_validator(mode="after")
    def _limits_fit_the_accounts(self) -> Self:
        for position, configured in enumerate(self.accounts):
            refuse_misfits_of_account(f"accounts[{position}].limits", self._limits_of(configured))
        for name in ("stake_per_day", "open_stake", "daily_loss"):
            refuse_misfits_by_currency(f"risk.{name}", getattr(self.risk, name), {a.currency for a in self.accounts})
        for name, brand in self.whitelabels.items():
            in_use = {account.currency for account in self.accounts if account.whitelabel == name}
            refuse_misfits_by_currency(f"whitelabels.{name}.minimum_stake", brand.minimum_stake, in_use)
            refuse_misfits_by_currency(f"whitelabels.{name}.stake_step", brand.stake_step, in_use)
        self.politeness.refuse_unknown({brand.provider for brand in self.whitelabels.values()})
        return self

    @property
    def queue_name(self) -> str:
        """The queue of this mode. A dry run has one of its own: it would use up jobs that are meant to be bet on."""
        return self.queue.name if self.mode == "live" else f"{self.queue.name}.dry-run"

    @property
    def limits(self) -> Limits:
        """The limits on what may be bet."""
        return self.risk.to_limits({self._account(account): self._limits_of(account) for account in self.accounts})

    @property
    def brands(self) -> dict[str, Whitelabel]:
        """Every whitelabel by its name."""
        return {
            name: Whitelabel(name, brand.provider, brand.base_url, brand.language, brand.odds_style, brand.time_zone)
            for name, brand in self.whitelabels.items()
        }

    @property
    def account_currencies(self) -> dict[Account, str]:
        """Every account that may bet, and its currency."""
        return {self._account(account): account.currency for account in self.accounts}

    @property
    def password_variables(self) -> dict[Account, str]:
        """The environment variable that holds each account's password."""
        return {self._account(account): account.password_variable for account in self.accounts}

    def credentials(self, account: Account) -> Credentials:
        """Read an account's login now.

        Raises ConfigurationInvalid when the account is not configured or its password's variable is not set.
        """
        for configured in self.accounts:
            if self._account(configured) == account:
                password = _secret_in(configured.password_variable, f"the password of {account}")
                return Credentials(configured.username, password)
        raise ConfigurationInvalid(f"{account} is not an account in the configuration")

    def _limits_of(self, account: AccountSettings) -> AccountLimits:
        taken = self.whitelabels[account.whitelabel].taken_in(account.currency)
        return AccountLimits(**taken, **account.limits.in_currency(account.currency))

    def _account(self, account: AccountSettings) -> Account:
        return Account(account.whitelabel, self.whitelabels[account.whitelabel].provider, account.id)


def _document(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as opened:
            return tomllib.load(opened, parse_float=Decimal)
    except FileNotFoundError:
        raise ConfigurationInvalid(
            f"{file} does not exist; name a configuration with --config or in {_CONFIG_VARIABLE}"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationInvalid(f"{file} cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationInvalid(f"{file} is not valid TOML: {error}") from None


def _secret_in(variable: str, what: str) -> SecretStr:
    if not (value := os.environ.get(variable)):
        raise ConfigurationInvalid(f"{what} is missing: set the environment variable {variable}")
    return SecretStr(value)


def _default_password_variable(whitelabel: str, account_id: str) -> str:
    return _PASSWORD_PREFIX + re.sub(r"[^A-Z0-9]", "_", f"{whitelabel}_{account_id}".upper())


def _repeated(values: Iterable[_Value]) -> list[_Value]:
    return [value for value, times in Counter(values).items() if times > 1]


def _problem(error: Any, document: Mapping[str, Any]) -> str:
    loc = tuple(error["loc"])
    if error["type"] == "settings":
        return f"{error['ctx']['key']}: {error['ctx']['problem']}"
    key = _written(loc)
    variable = _variable_of(loc)
    where = f"{key} (from {variable})" if variable else key
    if error["type"] == "extra_forbidden":
        return f"{where}: {_advice_on_unknown(loc, document)}"
    return f"{where}: {_plain(error)}"


def _written(loc: tuple[Any, ...]) -> str:
    named = [part for part in loc if part != "[key]"]  # pydantic's mark for a table's own name
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in named).lstrip(".")


def _variable_of(loc: tuple[Any, ...]) -> str | None:
    names = [_PREFIX + "__".join(str(part) for part in loc[:length]).upper() for length in range(len(loc), 0, -1)]
    return next((name for name in names if name in os.environ), None)


def _advice_on_unknown(loc: tuple[Any, ...], document: Mapping[str, Any]) -> str:
    if loc[-1] not in _SECRET_KEYS:
        return "is not a setting; check the spelling"
    if loc[0] == "webhook":
        return f"secrets do not belong in a file; set {WebhookSettings().secret_env} in the environment"
    return f"secrets do not belong in a file; set {_password_variable_at(loc, document)} in the environment"


def _password_variable_at(loc: tuple[Any, ...], document: Mapping[str, Any]) -> str:
    try:
        account = document["accounts"][loc[1]]
        return _default_password_variable(str(account["whitelabel"]), str(account["id"]))
    except (LookupError, TypeError):
        return f"{_PASSWORD_PREFIX}<WHITELABEL>_<ID>"


def _plain(error: Any) -> str:
    if error["type"] == "missing":
        return "is missing"
    if error["type"] == "string_pattern_mismatch":
        return f"does not match {error['ctx']['pattern']}"
    message = str(error["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    return message[0].lower() + message[1:]


def _malformed_variable() -> str:
    top_levels = {_PREFIX + field.upper() for field in Settings.model_fields}
    candidates = [name for name in sorted(os.environ) if name.upper() in top_levels]
    return f"{' or '.join(candidates)} in the environment holds a list or table that is not valid JSON"


def _refuse_unknown_variables(settings: Settings) -> None:
    expected = {_CONFIG_VARIABLE, settings.webhook.secret_env, *settings.password_variables.values()}
    for name in sorted(os.environ):
        if name.startswith(_PREFIX) and name not in expected and not _is_setting(name):
            raise ConfigurationInvalid(
                f"the environment variable {name} is not a setting; levels are separated by two underscores, "
                "as in PAIRGUARD_REDIS__URL"
            )


def _is_setting(variable: str) -> bool:
    if variable.startswith(_PASSWORD_PREFIX) or variable == WebhookSettings().secret_env:
        return True
    first_level = variable.removeprefix(_PREFIX).lower().split("__")[0]
    return first_level in Settings.model_fields
