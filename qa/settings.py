"""Every setting. Each is read from the environment, as WENQU_NAME; HOST and PORT also without the prefix."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from platformdirs import user_data_path
from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

import index

_INDEX = Path(index.__file__).parent
_QA = Path(__file__).parent


class Settings(BaseSettings):
    """Frozen; made once at start."""

    model_config = SettingsConfigDict(env_prefix="WENQU_", frozen=True, extra="ignore", populate_by_name=True)

    host: str = Field(
        "127.0.0.1", validation_alias=AliasChoices("WENQU_HOST", "HOST"), description="address to listen on"
    )
    port: int = Field(
        8000,
        ge=0,
        le=65535,
        validation_alias=AliasChoices("WENQU_PORT", "PORT"),
        description="port; 0 picks a free one",
    )
    data_dir: Path = Field(
        default_factory=lambda: user_data_path("wenqu"), description="folder of the library (documents and vectors)"
    )
    encoder: str = Field(
        str(_INDEX / "models" / "encoder"),
        description="sentence-transformers encoder: a folder or a Hugging Face id",
    )
    reader: str = Field(
        str(_QA / "models" / "reader"),
        description="Hugging Face extractive question-answering model: a folder or an id",
    )
    calibration: Path = Field(
        _QA / "models" / "calibration.json",
        description="calibration of the reader, made by python -m qa.training calibrate",
    )
    verdicts: Path = Field(
        _QA / "models" / "yes_no.json",
        description="what decides between 是 and 否, made by python -m qa.training yes-no",
    )
    threshold: float | None = Field(
        None, ge=0.0, le=1.0, description="least confidence of an answer (default: that of its calibration)"
    )
    top_k: int = Field(5, ge=1, le=50, description="passages read for each question")
    max_answer_characters: int = Field(120, ge=1, le=1000, description="longest answer, in characters")
    max_passage_characters: int = Field(150, ge=50, le=2000, description="longest passage, in characters")
    overlap_characters: int = Field(50, ge=0, le=1000, description="characters that neighbouring passages may share")
    concurrent_questions: int = Field(2, ge=1, le=64, description="questions answered at the same time; more wait")
    max_waiting_questions: int = Field(100, ge=1, le=10_000, description="questions that may wait; more get a 503")
    max_body_bytes: int = Field(1_048_576, ge=1024, description="largest request body that is not a file")
    max_file_bytes: int = Field(209_715_200, ge=1024, description="largest file that may be uploaded or added")
    max_queued_jobs: int = Field(20_000, ge=1, description="uploads that may wait; more get a 503")
    parsing_seconds: float = Field(120.0, gt=0.0, description="longest time for reading one file")
    parsing_memory_bytes: int = Field(2_147_483_648, ge=268_435_456, description="most memory for reading one file")
    request_timeout_seconds: float = Field(60.0, gt=0.0, description="longest time for answering one request")
    api_keys: str = Field("", description="keys that may call the API, separated by commas; none: no key is asked for")
    allow_open_network: bool = Field(False, description="serve other machines although no key is asked for")
    rate_limit_per_minute: int = Field(0, ge=0, description="requests of one key or address in a minute; 0 is no limit")
    cors_origins: str = Field("", description="origins whose pages may call the API, separated by commas")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="least level of what is logged; info has a line for each request"
    )
    sample: bool = Field(True, description="index the shipped article when the library is empty")
