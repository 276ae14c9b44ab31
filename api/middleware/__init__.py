"""What is done to every request and response."""

from api.middleware.body import BodyLimit
from api.middleware.headers import ResponseHeaders
from api.middleware.requests import REQUEST_ID_HEADER, RequestLog
from api.middleware.timeout import Timeout

__all__ = ["REQUEST_ID_HEADER", "BodyLimit", "RequestLog", "ResponseHeaders", "Timeout"]
