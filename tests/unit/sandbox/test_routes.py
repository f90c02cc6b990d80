"""The sandbox serves exactly the operations of the contract, with exactly their parameters."""

from __future__ import annotations

import re

import pytest
from fastapi.routing import APIRoute

from lmchat_desktop.contract.operation import Trait
from lmchat_desktop.contract.operations import BY_ID, OPERATIONS
from lmchat_desktop.sandbox.app import ROUTERS

ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def test_exactly_the_operations_are_served() -> None:
    served = sorted((method, route.path) for route in ROUTES for method in route.methods)
    assert served == sorted((operation.method, operation.path) for operation in OPERATIONS)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_a_route_takes_what_its_operation_says(route: APIRoute) -> None:
    operation = BY_ID[route.name]
    path = {parameter.name for parameter in route.dependant.path_params}
    assert path == set(re.findall(r"\{(\w+)\}", operation.path))
    if operation.has(Trait.HTML) or operation.has(Trait.FORM):
        return
    query = [parameter.field_info.annotation for parameter in route.dependant.query_params]
    assert query == ([] if operation.query is None else [operation.query])
    body = [parameter.field_info.annotation for parameter in route.dependant.body_params]
    assert body == ([] if operation.body is None else [operation.body])
