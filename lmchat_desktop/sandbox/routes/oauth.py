"""Sign-in in the system browser, and tokens for codes and refresh tokens."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import ValidationError
from sqlalchemy import select
from starlette.responses import RedirectResponse, Response

from lmchat_desktop.contract.identity import TokenRequest
from lmchat_desktop.sandbox import oauth, signin_page, tables
from lmchat_desktop.sandbox.calls import Call, Caller, serve
from lmchat_desktop.sandbox.oauth import Authorization, Declined, NoRedirect
from lmchat_desktop.sandbox.people import everybody
from lmchat_desktop.sandbox.uow import Reply, Unit
from lmchat_desktop.sandbox.visibility import Visibility

router = APIRouter()


@serve(router, "authorize")
def authorize(call: Caller) -> Response:
    """The page on which one chooses whom to be."""
    parameters = call.request.query_params
    fields = dict(parameters)
    if len(fields) != len(parameters.multi_items()):
        return signin_page.refusal_page("The application asked in an unclear way.")
    try:
        asked = Authorization.check(fields, _issuer(call))
    except NoRedirect as refusal:
        return signin_page.refusal_page(refusal.detail)
    except Declined as declined:
        return _redirect(declined.location)
    with call.backend.database.read() as connection:
        return signin_page.people_page(asked.fields(), everybody(connection))


@serve(router, "choose_person")
def choose_person(call: Caller) -> Response:
    """Go back to the application with a code."""
    issuer = _issuer(call)
    try:
        fields = oauth.form_fields(call.body)
        asked = Authorization.check(fields, issuer)
        person_id = fields.get("person_id", "")
        if person_id == signin_page.DECLINE:
            raise Declined(asked.redirect_uri, "access_denied", asked.state, issuer)
        _check_person(call, person_id)
    except ValueError:
        return signin_page.refusal_page("The form was not filled in on the page before.")
    except NoRedirect as refusal:
        return signin_page.refusal_page(refusal.detail)
    except Declined as declined:
        return _redirect(declined.location)

    def work(unit: Unit, _sight: Visibility) -> Reply:
        location = asked.granted(unit, person_id, issuer)
        return Reply(303, headers={"Location": location, "Referrer-Policy": "no-referrer"})

    return call.act(work)


@serve(router, "exchange_token")
def exchange_token(call: Caller) -> Response:
    """Tokens for a code or a refresh token."""
    try:
        wanted = TokenRequest.model_validate(oauth.form_fields(call.body))
    except ValidationError as error:
        named = any(entry["loc"] == ("grant_type",) for entry in error.errors())
        kind = "unsupported_grant_type" if named else "invalid_request"
        return oauth.refused(kind, "A field is missing, not known or not allowed.").response()
    except ValueError:
        return oauth.refused("invalid_request", "This is not a form.").response()
    return call.act(lambda unit, _sight: oauth.exchange(unit, wanted))


def _check_person(call: Call, person_id: str) -> None:
    persons = tables.persons.c
    with call.backend.database.read() as connection:
        known = connection.scalar(select(persons.id).where(persons.id == person_id))
    if known is None:
        raise NoRedirect("There is no such person in the sample world.")


def _issuer(call: Call) -> str:
    return str(call.request.base_url).rstrip("/")


def _redirect(location: str) -> Response:
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return RedirectResponse(location, 303, headers)
