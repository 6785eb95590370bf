"""Settings: what the environment says, read once at the composition root."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SLACK_API = "https://slack.com/api/"


class Settings(BaseSettings):
    """Each field is an environment variable in capitals; its description is its documentation."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    slack_bot_token: SecretStr | None = Field(
        default=None, description="The bot's token (`xoxb-…`) of one workspace."
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None, description="The secret with which Slack signs what it sends over HTTP."
    )
    slack_app_token: SecretStr | None = Field(
        default=None, description="The app-level token (`xapp-…`) for Socket Mode."
    )
    slack_client_id: str | None = Field(
        default=None, description="The app's client id, for installing into many workspaces."
    )
    slack_client_secret: SecretStr | None = Field(
        default=None, description="The app's client secret, for installing into many workspaces."
    )
    slack_api_base_url: str = Field(
        default=SLACK_API, description="Where Slack's Web API is; any compatible server will do."
    )
    database_url: str = Field(
        default="sqlite:///servicemodel.sqlite3",
        description="The database, as an SQLAlchemy URL; by default a file in the working folder.",
    )
    port: Annotated[int, Field(ge=1, le=65535)] = Field(
        default=8080, description="The port that `servicemodel serve` listens on."
    )
    public_url: str | None = Field(
        default=None, description="The address under which Slack and people reach this server."
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description="The key for tokens at rest, web sessions and pseudonyms: long and random.",
    )
    retention_days: Annotated[int, Field(ge=1)] = Field(
        default=180, description="How many days the words of a conversation are kept."
    )
    experts_channel: str | None = Field(
        default=None, description="The id (`C…`) of the channel where humans are called."
    )
    experts_usergroup: str | None = Field(
        default=None, description="The id (`S…`) of the user group whose members may take over."
    )
    routes_path: Path | None = Field(
        default=None, description="A YAML file that says which experts get which cases."
    )
    reviewers: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="User ids (`U…`), separated by commas, that may read the logs."
    )
    guests: bool = Field(
        default=True,
        description="Whether guests of the workspace may use the advisor, or only its members.",
    )
    knowledge_path: Path | None = Field(
        default=None, description="A folder with your organisation's additions to the knowledge."
    )

    @field_validator("reviewers", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("slack_api_base_url")
    @classmethod
    def _with_slash(cls, value: str) -> str:
        # slack_sdk joins the method's name to it as it is.
        return value if value.endswith("/") else value + "/"


def described() -> tuple[tuple[str, str, str], ...]:
    """Each setting as (name, what it is, default in words), in the order of the class."""
    return tuple(
        (
            name.upper(),
            field.description or "",
            "" if field.default in (None, ()) else str(field.default),
        )
        for name, field in Settings.model_fields.items()
    )
