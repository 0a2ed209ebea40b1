"""Regulars: from a shop's order lines to knowledge of its customers and to actions.

import regulars as rg

study = rg.study(rg.read("orders.csv"))
study.result.segments
study.customers.pandas()
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Analysis", "CustomerTable", "Settings", "Table", "__version__", "read", "read_customers", "study"]

if TYPE_CHECKING:
    from regulars.api import Analysis, CustomerTable, Settings, Table, read, read_customers, study


def __getattr__(name: str) -> Any:
    """The public names, loaded on first use: `import regulars` alone loads no engine."""
    if name in __all__:
        from regulars import api

        return getattr(api, name)
    raise AttributeError(f"module 'regulars' has no attribute '{name}'")
