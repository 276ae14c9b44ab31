"""What routes ask for, named once."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request

from api.schemas.values import LARGEST
from api.service import Service
from index.conversations import Conversations
from index.database import Database
from index.feedback import FeedbackStore
from index.library import Library


async def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


ServiceDependency = Annotated[Service, Depends(_service)]


async def _library(service: ServiceDependency) -> Library:
    return service.ready().library


async def _database(service: ServiceDependency) -> Database:
    return service.ready().database


LibraryDependency = Annotated[Library, Depends(_library)]
DatabaseDependency = Annotated[Database, Depends(_database)]


async def _conversations(database: DatabaseDependency) -> Conversations:
    return Conversations(database)


async def _feedback(database: DatabaseDependency) -> FeedbackStore:
    return FeedbackStore(database)


async def _owner(request: Request) -> str:
    # The gate that asks for keys sets it; without keys nobody is told apart.
    return str(getattr(request.state, "key_id", ""))


ConversationsDependency = Annotated[Conversations, Depends(_conversations)]
FeedbackDependency = Annotated[FeedbackStore, Depends(_feedback)]
OwnerDependency = Annotated[str, Depends(_owner)]

Limit = Annotated[int, Query(ge=1, le=200, description="每页条数")]
Offset = Annotated[int, Query(ge=0, le=LARGEST, description="跳过的条数")]
