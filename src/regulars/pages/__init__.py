"""Pages: a study -> one frozen dataclass per page, in one language; the faces (report, dashboard) only present it."""

from regulars.pages.models import Report
from regulars.pages.report import report_of

__all__ = ["Report", "report_of"]
