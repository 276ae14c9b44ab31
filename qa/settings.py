"""Every setting. Each is read from the environment, as WENQU_NAME; HOST and PORT also without the prefix."""

from __future__ import annotations

from pathlib import Path

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
    threshold: float | None = Field(
        None, ge=0.0, le=1.0, description="least confidence of an answer (default: that of the calibration)"
    )
    top_k: int = Field(5, ge=1, le=50, description="passages read for each question")
    max_answer_characters: int = Field(120, ge=1, le=1000, description="longest answer, in characters")
    max_passage_characters: int = Field(150, ge=50, le=2000, description="longest passage, in characters")
    overlap_characters: int = Field(50, ge=0, le=1000, description="characters that neighbouring passages may share")
    concurrent_questions: int = Field(2, ge=1, le=64, description="questions answered at the same time; more wait")
    max_body_bytes: int = Field(1_048_576, ge=1024, description="largest request body")
    sample: bool = Field(True, description="index the shipped article when the library is empty")
