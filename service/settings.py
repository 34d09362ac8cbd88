"""Settings of the service: from environment variables (`JAYUL_…`), overridden by command-line options.

Precedence: command line, environment, defaults. Secrets come from the environment and are shown as `**********`.
"""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ledger.policy import Autonomy
from plants.errors import InvalidInput

SOLVER = "solver"
SCRIPTED_LLM = "scripted-llm"


class Settings(BaseSettings):
    """What can be set about a running service."""

    model_config = SettingsConfigDict(
        env_prefix="JAYUL_", frozen=True, extra="ignore", use_attribute_docstrings=True, env_ignore_empty=True
    )

    plant: str = "bottling"
    """Plant file, or the name of a library plant."""
    directory: Path = Path("data")
    """Where ledger, history, checkpoints and the token are kept."""
    endpoint: str | None = None
    """OPC UA endpoint; the plant file's own when not given."""
    writer_user: str = "writer"
    """OPC UA account of the writing session."""
    writer_password: SecretStr = SecretStr("practice")
    """Its password; the default is that of the virtual plant."""
    writer_certificate: Path | None = None
    """X.509 certificate of the writing session's user, in place of name and password."""
    writer_key: Path | None = None
    """Its private key, in PEM form."""
    reader_user: str | None = None
    """OPC UA account of the reading session; anonymous when not given."""
    reader_password: SecretStr | None = None
    """Its password."""
    reader_certificate: Path | None = None
    """X.509 certificate of the reading session's user, in place of name and password."""
    reader_key: Path | None = None
    """Its private key, in PEM form."""
    certificates: Path | None = None
    """Folder of certificates; `certs` in the data folder when not given."""
    allow_unencrypted_network: bool = False
    """Let a plain OPC UA channel leave this machine: passwords and setpoints readable and forgeable on the network."""
    host: Literal["127.0.0.1", "::1", "localhost"] = "127.0.0.1"
    """Address the API listens on; loopback only until accounts exist."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8470
    """Port of the API; 0 takes a free one."""
    operator: str = "operator"
    """Person to whom the token belongs; approvals carry this name."""
    autonomy: Autonomy = Autonomy.APPROVE
    """How far Jayul may go until a lead says otherwise (`jayul autonomy`): observe, advise, approve, bounded_auto."""
    brain: str = SOLVER
    """`solver`, `scripted-llm`, or a chat model such as `ollama:qwen3`."""
    model_base_url: str | None = None
    """Address of the chat model's service, when it is not the provider's own."""
    model_api_key: SecretStr | None = None
    """Its key, when it is not in the provider's own environment variable."""
    horizon_s: Annotated[float, Field(gt=0, le=864_000)] = 4 * 3600.0
    """Plant seconds that a proposal is judged over."""
    replications: Annotated[int, Field(ge=8, le=2000)] = 30
    """Paired replications behind a verdict."""
    decision_delay_s: Annotated[float, Field(ge=0, le=86_400)] = 600.0
    """Plant seconds that a decision is expected to take; the judge starts the change then."""
    seed: Annotated[int, Field(ge=0, le=2**31)] = 1
    """Seed of the twin's draws."""
    observe_s: Annotated[float, Field(ge=0, le=86_400)] = 900.0
    """Plant seconds that are observed before the agents first speak."""
    standing_after_wall_s: Annotated[float, Field(ge=0, le=86_400)] | None = None
    """When set, a standing authorisation approves a better verdict by itself after so many wall seconds."""
    proposal_wall_s: Annotated[float, Field(gt=0, le=86_400)] = 1800.0
    """Wall seconds a proposal waits for a decision; silence is no."""
    approval_wall_s: Annotated[float, Field(gt=0, le=86_400)] = 600.0
    """Wall seconds an approval may be spent."""
    workers: Annotated[int, Field(ge=1, le=256)] = 2
    """Processes for simulation."""
    history_full_days: Annotated[float, Field(gt=0, le=36_500)] = 30.0
    """Days of which every sample is kept; older hours keep lowest, highest and last of each minute."""
    history_days: Annotated[float, Field(gt=0, le=36_500)] = 1825.0
    """Days after which history is removed."""
    history_quota_gb: Annotated[float, Field(gt=0, le=1e6)] = 20.0
    """Gigabytes that the archive may take; beyond them the oldest hours are removed."""
    log_format: Literal["text", "json"] = "text"
    """Format of the log on stderr."""

    @property
    def certificate_folder(self) -> Path:
        """Where our certificate and the trusted ones lie."""
        return self.certificates or self.directory / "certs"

    @field_validator("brain")
    @classmethod
    def _known_brain(cls, brain: str) -> str:
        if brain in {SOLVER, SCRIPTED_LLM} or (":" in brain and all(brain.split(":", 1))):
            return brain
        raise ValueError(
            "a brain is solver, scripted-llm, or a chat model written provider:model, such as ollama:qwen3"
        )


def load_settings(given: dict[str, Any]) -> Settings:
    """Settings from what the command line gave, the environment, and defaults.

    Raises:
        InvalidInput: one or more settings cannot be used; all are named.
    """
    try:
        return Settings(**given)
    except ValidationError as error:
        told = [
            f"{e['loc'][0]}: {e['msg'].removeprefix('Value error, ')} (given: {e['input']!r})" for e in error.errors()
        ]
        raise InvalidInput("These settings cannot be used: " + "; ".join(told)) from None
