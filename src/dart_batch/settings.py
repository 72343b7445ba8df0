"""Everything that can be set, from the environment and from `.env` in the working directory."""

import os
from pathlib import Path
from typing import Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from dart_batch.domain.errors import Refused
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.domain.job.limits import MOST_CPU_PERCENT, JobLimits


class InvalidSettings(Refused):
    """A variable of the environment or of `.env` cannot be used."""

    code = "invalid-settings"
    hint = "Correct the variable in the environment or in .env."


class Settings(BaseSettings):
    """Names are those of the environment, in lower case. Paths may start with ~."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore")

    dart_home: Path = Field(default_factory=lambda: user_data_path("dart-batch"))
    database_url: str = ""
    database_pool_size: int = Field(
        default=10, ge=1, le=200, description="connections to a database server that a process keeps, at least"
    )
    database_answer_seconds: float = Field(
        default=30.0, ge=1, description="after which a database server that does not answer counts as lost"
    )
    batch_queue: Literal["database", "celery"] = Field(
        default="database", description="how workers hear of jobs: they look themselves, or Celery on REDIS_URL tells"
    )
    redis_url: str = Field(default="", description="Redis of a cluster: redis://host:6379/0")
    batch_visibility_seconds: int = Field(
        default=3600, ge=10, description="after which Celery delivers a message anew that nobody acknowledged"
    )
    dart_data_dir: Path | None = None
    dart_artefact_dir: Path | None = Field(default=None, description="folder of reports [artefacts in DART_HOME]")
    dart_api_port: int = Field(default=3000, ge=1, le=65535)
    dart_ui_port: int = Field(default=8082, ge=1, le=65535)
    dart_allowed_hosts: str = Field(
        default="localhost,127.0.0.1,::1", description="host names the server answers to, comma-separated; * for all"
    )
    dart_migration_password: SecretStr = Field(
        default=SecretStr(""), description="password of the other database of a migration"
    )
    dart_rate_limit: float = Field(
        default=200.0, ge=0, description="requests a second of one key or user, ten times as many at once; 0: no limit"
    )
    dart_cors_origins: str = Field(
        default="", description="origins whose pages may call the API with a key, comma-separated; none by default"
    )
    dart_trusted_proxies: str = Field(
        default="", description="addresses of proxies whose X-Forwarded-For and -Proto are believed, comma-separated"
    )
    dart_session_hours: float = Field(default=12.0, gt=0, le=720, description="how long a login on the page lasts")
    dart_oidc_issuer: str = Field(
        default="", description="OpenID Connect provider whose people may log in: https://..."
    )
    dart_oidc_client_id: str = Field(default="", description="what this installation is called there")
    dart_oidc_client_secret: SecretStr = Field(
        default=SecretStr(""), description="its secret; none for a public client"
    )
    dart_oidc_label: str = Field(default="OpenID Connect", description="what the page calls the provider")
    dart_oidc_scopes: str = Field(default="openid profile email", description="asked for, between spaces")
    dart_oidc_name_claim: str = Field(default="preferred_username", description="claim that is the user's name here")
    dart_oidc_groups_claim: str = Field(default="groups", description="claim with the user's groups, a.b leads inward")
    dart_oidc_viewers: str = Field(
        default="", description="groups that may read, comma-separated; * for everybody there"
    )
    dart_oidc_operators: str = Field(default="", description="groups that run jobs, comma-separated")
    dart_oidc_admins: str = Field(default="", description="groups that may do everything, comma-separated")
    dart_log_level: Literal["debug", "info", "warning", "error"] = "warning"
    dart_log_format: Literal["console", "json"] = "console"
    otel_exporter_otlp_endpoint: str = Field(
        default="", description="OpenTelemetry collector for traces, e.g. http://localhost:4318"
    )
    batch_worker_enabled: bool = True
    batch_chunk_size: int = Field(default=100, ge=1)
    batch_max_retries: int = Field(default=3, ge=0)
    batch_retry_delay: int = Field(default=1000, ge=0, description="milliseconds before the first retry, doubling")
    batch_skip_limit: int = Field(default=0, ge=0, description="sessions a job may leave out, where it does not say")
    batch_max_wall_seconds: float = Field(default=0, ge=0, description="running time of a job, 0: no limit")
    batch_memory_soft_mb: int = Field(default=0, ge=0, description="memory over which chunks shrink, 0: no limit")
    batch_memory_hard_mb: int = Field(default=0, ge=0, description="memory over which an attempt ends, 0: no limit")
    batch_cpu_percent: float = Field(default=0, ge=0, le=MOST_CPU_PERCENT, description="of one core, 0: no limit")
    batch_queue_capacity: int = Field(default=10_000, ge=1)
    batch_lease_seconds: float = Field(default=10.0, gt=0)
    batch_poll_seconds: float = Field(default=0.5, gt=0)
    batch_concurrent_jobs: int = Field(default=4, ge=1, le=50, description="jobs that run at once in one worker")
    batch_parallel_processes: int = Field(
        default_factory=lambda: len(os.sched_getaffinity(0)),
        ge=1,
        le=64,
        description="processes that compute the chunks of PARALLEL jobs, for all jobs of a worker [processors]",
    )
    batch_stream_sessions: int = Field(default=25, ge=1, description="sessions that a STREAM job commits at once")
    batch_stream_ms: float = Field(default=20.0, ge=0, description="longest wait of a computed session for its commit")
    batch_drain_seconds: float = Field(default=30.0, gt=0, description="time box for running chunks at a shutdown")
    batch_cancel_grace_seconds: float = Field(default=30.0, gt=0, description="until a deaf worker's lease is revoked")
    batch_ageing_seconds: float = Field(default=600.0, gt=0, description="waiting time that raises a job one priority")
    batch_max_per_market: int = Field(default=0, ge=0, description="running jobs per market, 0: no limit")
    batch_max_per_owner: int = Field(default=0, ge=0, description="running jobs per owner, 0: no limit")

    batch_retention_days: int = Field(
        default=730, ge=1, description="days that ended jobs are kept which published nothing"
    )
    batch_log_retention_days: int = Field(default=90, ge=1, description="days that the logs of ended jobs are kept")
    batch_maintenance_hour: int = Field(default=18, ge=0, le=23, description="hour (UTC) of the daily maintenance job")
    batch_log_lines: int = Field(default=10_000, ge=1, description="log lines below WARNING that an attempt keeps")

    @property
    def home(self) -> Path:
        return self.dart_home.expanduser()

    @property
    def database(self) -> str:
        """DATABASE_URL, or the embedded SQLite file in DART_HOME."""
        return self.database_url or f"sqlite:///{self.home / 'dart-batch.db'}"

    @property
    def data_dir(self) -> Path:
        """DART_DATA_DIR, or `data` in DART_HOME."""
        return self.dart_data_dir.expanduser() if self.dart_data_dir else self.home / "data"

    @property
    def artefact_dir(self) -> Path:
        """DART_ARTEFACT_DIR, or `artefacts` in DART_HOME."""
        return self.dart_artefact_dir.expanduser() if self.dart_artefact_dir else self.home / "artefacts"

    @property
    def job_limits(self) -> JobLimits:
        """Limits of a job that names none. Raises InvalidParameters when they contradict each other."""
        return JobLimits(
            self.batch_max_wall_seconds, self.batch_memory_soft_mb, self.batch_memory_hard_mb, self.batch_cpu_percent
        )

    def refuse_celery_without_redis(self) -> None:
        """Raises InvalidSettings."""
        if self.batch_queue == "celery" and not self.redis_url.startswith(("redis://", "rediss://", "unix://")):
            raise InvalidSettings("BATCH_QUEUE=celery needs REDIS_URL.", hint="Set it to redis://host:6379/0.")

    def refuse_half_a_provider(self) -> None:
        """Raises InvalidSettings."""
        issuer = self.dart_oidc_issuer
        if not issuer:
            return
        if not issuer.startswith(("https://", "http://localhost", "http://127.0.0.1")):
            raise InvalidSettings("DART_OIDC_ISSUER must begin with https://.")
        if not self.dart_oidc_client_id:
            raise InvalidSettings("DART_OIDC_ISSUER needs DART_OIDC_CLIENT_ID.", hint="Register it at the provider.")
        if not (self.dart_oidc_viewers or self.dart_oidc_operators or self.dart_oidc_admins):
            raise InvalidSettings("Nobody could log in with DART_OIDC_ISSUER.", hint="Set DART_OIDC_VIEWERS to *.")

    @property
    def oidc_groups(self) -> dict[str, frozenset[str]]:
        """The groups of each role."""
        lists = {"viewer": self.dart_oidc_viewers, "operator": self.dart_oidc_operators, "admin": self.dart_oidc_admins}
        return {role: frozenset(_parts(groups)) for role, groups in lists.items()}

    @property
    def trusted_proxies(self) -> list[str]:
        """DART_TRUSTED_PROXIES, one by one."""
        return _parts(self.dart_trusted_proxies)

    @property
    def cors_origins(self) -> list[str]:
        """DART_CORS_ORIGINS, one by one."""
        return _parts(self.dart_cors_origins)

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """DART_ALLOWED_HOSTS in lower case."""
        return frozenset(_parts(self.dart_allowed_hosts.lower()))


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def load_settings() -> Settings:
    """The settings of this process. Raises InvalidSettings naming every variable that cannot be used."""
    try:
        settings = Settings()
        _ = settings.job_limits
        settings.refuse_celery_without_redis()
        settings.refuse_half_a_provider()
    except InvalidParameters as error:
        raise InvalidSettings("BATCH_MEMORY_HARD_MB must not be less than BATCH_MEMORY_SOFT_MB.") from error
    except ValidationError as error:
        wrong = [f"{item['loc'][0]!s}".upper() + f": {item['msg']}" for item in error.errors()]
        raise InvalidSettings("; ".join(wrong) + ".") from None
    return settings
