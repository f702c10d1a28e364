"""Protection of public forms: no cookie, no puzzle, no third party."""

from .csrf import CsrfByPathMiddleware

__all__ = ["CsrfByPathMiddleware"]
