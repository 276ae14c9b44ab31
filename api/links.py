"""Addresses of places in documents, for people: our page opens them."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request

from api.schemas.ask import CitationModel


def deep_link(base: str, citation: CitationModel) -> str:
    """Where the page shows a citation; `base` is the address of the page, with "/" at its end."""
    document_id = quote(citation.document_id, safe="")
    return f"{base}#/d/{document_id}@{citation.revision}:{citation.start}-{citation.end}"


def page_address(request: Request) -> str:
    """The address of our page, as the client that sent `request` knows this server."""
    return str(request.base_url)
