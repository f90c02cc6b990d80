"""The data policy in force, with the places that the store registry declares for each part."""

from __future__ import annotations

from sqlalchemy import Table

from lmchat_desktop.contract.policies import AccountPolicy, KeptPart, KeptStore
from lmchat_desktop.domain.categories import Category
from lmchat_desktop.domain.policy import CATEGORY_OF, PRODUCT_DEFAULT, PolicySource
from lmchat_desktop.domain.stores import Field, Store
from lmchat_desktop.sandbox import tables


def policy_of(account_id: str) -> AccountPolicy:
    """The policy of an account: the product's default, since nothing else can be set."""
    return AccountPolicy(
        account_id=account_id,
        parts=[
            KeptPart(
                part=part,
                category=CATEGORY_OF[part],
                days=days,
                decided_by=PolicySource.PRODUCT,
                stores=_stores(CATEGORY_OF[part]) if days != 0 else [],
            )
            for part, days in PRODUCT_DEFAULT.items()
        ],
    )


def _stores(category: Category) -> list[KeptStore]:
    """Where data of a category lies; a table that has more categories is in the first of them."""
    found = []
    for table in tables.metadata.sorted_tables:
        store: Store = table.info["store"]
        if store.subject and _first_category(table) is category:
            found.append(KeptStore(purpose=store.purpose, retention=store.retention))
    return found


def _first_category(table: Table) -> Category | None:
    fields: list[Field] = [column.info["field"] for column in table.columns]
    return min((one.category for one in fields if one.category is not None), default=None)
