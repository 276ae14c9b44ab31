"""What routes ask for, named once."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from api.service import Service
from index.library import Library


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def _library(request: Request) -> Library:
    return _service(request).ready().library


ServiceDependency = Annotated[Service, Depends(_service)]
LibraryDependency = Annotated[Library, Depends(_library)]
