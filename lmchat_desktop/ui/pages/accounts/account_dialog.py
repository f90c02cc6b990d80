"""What the dialogs of an account share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.ui.pages.acting.field_dialog import FieldDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.ui.pages.accounts.model import AccountModel


class AccountDialog(FieldDialog):
    """Has one act done on the account of a model."""

    def __init__(
        self,
        title: str,
        model: AccountModel,
        parent: QWidget | None,
        *,
        act: str,
        acting: str,
        look: str = "primary",
        width: int = 560,
    ) -> None:
        super().__init__(
            title, model.context, parent, act=act, acting=acting, look=look, width=width
        )
        self.model = model
        self.acts = model.acts
