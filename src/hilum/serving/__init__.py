"""The workbench over HTTP: pages, REST interface, sign-in, audit log, jobs; no science."""

from hilum.serving.settings import OidcSettings, Settings

__all__ = ["OidcSettings", "Settings"]
