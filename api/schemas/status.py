"""What the server holds, does and accepts; suggested questions."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class FormatModel(BaseModel):
    """A kind of file that can be added."""

    ending: str = Field(description="文件名结尾，小写，带点", examples=[".pdf"])
    name: str = Field(examples=["PDF"])


class LimitsModel(BaseModel):
    """What is refused beyond."""

    max_file_bytes: int = Field(description="单个上传文件的上限（字节）")
    max_body_bytes: int = Field(description="其他请求体的上限（字节）")
    max_question_characters: int = Field(description="问题的上限（码点）")
    max_title_characters: int = Field(description="标题的上限（码点）")
    max_queued_jobs: int = Field(description="可以排队的文件数")


class QueueModel(BaseModel):
    """How many uploads there are of each status."""

    queued: int
    parsing: int
    indexing: int
    indexed: int
    failed: int
    cancelled: int


class StatusModel(BaseModel):
    """The state of the library and of the server."""

    model_config = ConfigDict(protected_namespaces=())

    version: str
    documents: int = Field(description="可检索的文档数")
    passages: int
    characters: int
    generation: int = Field(description="索引的代次，每次增删改加一")
    bytes_on_disk: int = Field(description="数据目录占用（字节）")
    queue: QueueModel
    formats: list[FormatModel]
    limits: LimitsModel


class SuggestionModel(BaseModel):
    """A question that a document answers."""

    question: str
    document_id: str


class SuggestionsModel(BaseModel):
    """Questions that the documents answer."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"questions": [{"question": "项目计划总投资多少元？", "document_id": "doc-9f86d081884c"}]},
            ]
        }
    )

    questions: list[SuggestionModel]
