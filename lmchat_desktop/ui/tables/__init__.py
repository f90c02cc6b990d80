"""Tables: columns, read-only models, the view, copying and exporting."""

from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.tables.data_table import DataTable
from lmchat_desktop.ui.tables.rows_model import RowsModel

__all__ = ["ColumnSpec", "DataTable", "RowsModel"]
