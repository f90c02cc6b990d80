"""The one table of what is allowed: every operation of the API × every role × own and foreign.

A cell is what a valid call is answered with: `ok`, `empty` (a list in which nothing is seen), or
the status of the refusal; 409 and 422 are said to those who may, and are too early or have
another code. Two in a cell, as `ok/404`, are the caller's own thing and somebody
else's: their account and one that they are no member of, their device, their job, what concerns
them and what does not; `-` where there is no such thing. An operation with several rows has a
word after its name.
"""

from __future__ import annotations

TABLE = """
                        owner      member     support    legal      admin      roleless   nobody

health                  ok         ok         ok         ok         ok         ok         ok
authorize               ok         ok         ok         ok         ok         ok         ok
choose_person           ok         ok         ok         ok         ok         ok         ok
exchange_token          ok         ok         ok         ok         ok         ok         ok

get_me                  ok         ok         ok         ok         ok         ok         401
list_tokens             ok         ok         ok         ok         ok         ok         401
create_token            ok         ok         ok         ok         ok         ok         401
revoke_token            ok/404     ok/404     ok/404     ok/404     ok/404     ok/404     -/401
list_changes            ok         ok         ok         ok         ok         ok         401

list_devices            ok/empty   ok/empty   ok/empty   ok/empty   ok/ok      ok/empty   -/401
register_device         ok         ok         ok         ok         ok         ok         401
get_device              ok/404     ok/404     ok/404     ok/404     ok/ok      ok/404     -/401
revoke_device           ok/404     ok/404     ok/404     ok/404     ok/ok      ok/404     -/401

list_accounts           ok/empty   ok/empty   -/ok       -/ok       -/ok       403        -/401
get_account             ok/404     ok/404     -/ok       -/ok       -/ok       -/403      -/401
update_account          ok/404     403/403    -/ok       -/403      -/ok       -/403      -/401

search_accounts         ok         ok         ok         ok         ok         403        401
suspend_account         403/403    403/403    -/ok       -/403      -/ok       -/403      -/401
reinstate_account       403/403    403/403    -/ok       -/403      -/ok       -/403      -/401

list_members            ok/404     ok/404     -/ok       -/ok       -/ok       -/403      -/401
update_member           ok/404     403/403    -/403      -/403      -/403      -/403      -/401
remove_member           ok/404     403/404    -/403      -/403      -/403      -/403      -/401
list_invitations        ok/404     403/403    -/ok       -/403      -/ok       -/403      -/401
create_invitation       ok/404     403/403    -/403      -/403      -/403      -/403      -/401
withdraw_invitation     ok/404     403/403    -/403      -/403      -/403      -/403      -/401
accept_invitation       ok         ok         ok         ok         ok         ok         401
list_contact_changes    ok/404     403/403    -/ok       -/403      -/ok       -/403      -/401
change_contact          ok/404     403/403    -/ok       -/403      -/ok       -/403      -/401
confirm_contact         422/404    403/403    -/422      -/403      -/422      -/403      -/401
change_own_contact      ok         ok         ok         ok         ok         ok         401
confirm_own_contact     422/404    422/404    422/404    422/404    422/404    422/404    -/401

list_recoveries         403/403    403/403    -/ok       -/403      -/ok       -/403      -/401
prepare_recovery        403/403    403/403    -/ok       -/403      -/ok       -/403      -/401
approve_recovery        403/403    403/403    -/ok       -/403      -/ok       -/403      -/401
refuse_recovery         403/403    403/403    -/ok       -/403      -/ok       -/403      -/401
withdraw_recovery       403/403    403/403    -/ok       -/403      -/ok       -/403      -/401
send_recovery_code      403/403    403/403    -/409      -/403      -/409      -/403      -/401
complete_recovery       403/403    403/403    -/409      -/403      -/409      -/403      -/401

get_account_policy      ok/404     ok/404     -/ok       -/ok       -/ok       -/403      -/401
list_recipients         ok/404     ok/404     -/ok       -/ok       -/ok       -/403      -/401
list_events             ok/404     403/403    -/ok       -/403      -/ok       -/403      -/401
list_notes              403/403    403/403    -/ok       -/ok       -/ok       -/403      -/401
create_note             403/403    403/403    -/ok       -/403      -/ok       -/403      -/401
strike_note             403/403    403/403    -/ok       -/403      -/ok       -/403      -/401
list_exports            ok/404     403/403    -/403      -/403      -/403      -/403      -/401
start_export            ok/404     403/403    -/403      -/403      -/403      -/403      -/401
fetch_export            ok/404     403/403    -/403      -/403      -/403      -/403      -/401

look_up_leaked_keys     403        403        ok         403        ok         403        401
revoke_leaked_keys      403        403        ok         403        ok         403        401

list_outbox             403        403        ok         ok         ok         403        401
get_outbox_message      403        403        ok         ok         ok         403        401
join_by_invitation      401        401        401        401        401        401        401

list_keys               ok/empty   ok/empty   -/ok       -/403      -/ok       -/403      -/401
create_key              ok/404     403/403    -/ok       -/403      -/ok       -/403      -/401
get_key                 ok/404     ok/404     -/ok       -/403      -/ok       -/403      -/401
update_key              ok/404     403/403    -/ok       -/403      -/ok       -/403      -/401
revoke_key              ok/404     403/403    -/ok       -/403      -/ok       -/403      -/401
rotate_key              ok/404     403/403    -/ok       -/403      -/ok       -/403      -/401
move_rotation           ok/404     403/403    -/ok       -/403      -/ok       -/403      -/401
undo_rotation           ok/404     403/403    -/ok       -/403      -/ok       -/403      -/401
act_on_keys             ok/404     403/403    -/ok       -/403      -/ok       -/403      -/401
get_key_use             ok/404     ok/404     -/ok       -/403      -/ok       -/403      -/401
list_standings          ok/empty   ok/empty   -/ok       -/403      -/ok       -/403      -/401
list_suggestions        ok/empty   ok/empty   -/ok       -/403      -/ok       -/403      -/401
count_suggestions       ok/empty   ok/empty   -/ok       -/403      -/ok       -/403      -/401

list_roles              ok         ok         ok         ok         ok         ok         401
list_operators          empty      empty      ok         ok         ok         empty      401
get_operator            -/404      -/404      ok/404     ok/ok      ok/ok      -/404      -/401
invite_operator         403        403        403        403        ok         403        401
set_operator_roles more -/404      -/404      403/404    403/403    403/ok     -/404      -/401
set_operator_roles less -/404      -/404      ok/404     ok/403     ok/ok      -/404      -/401
remove_operator         -/404      -/404      ok/404     ok/403     ok/ok      -/404      -/401
list_grants             -/empty    -/empty    ok/empty   ok/ok      ok/ok      -/empty    -/401
approve_grant           -/403      -/403      403/403    403/ok     403/ok     -/403      -/401
reject_grant            -/403      -/403      403/403    403/ok     403/ok     -/403      -/401
withdraw_grant          -/403      -/403      403/403    403/403    ok/ok      -/403      -/401

list_plans              ok         ok         ok         ok         ok         403        401
list_providers          ok         ok         ok         ok         ok         403        401
list_models             ok         ok         ok         ok         ok         403        401
list_processors         ok         ok         ok         ok         ok         403        401

list_slices service     404        404        ok         ok         ok         403        401
list_slices account     ok/404     ok/404     -/ok       -/ok       -/ok       -/403      -/401
get_slice service       404        404        ok         ok         ok         403        401
get_slice account       ok/404     ok/404     -/ok       -/ok       -/ok       -/403      -/401
list_top service        404        404        ok         ok         ok         403        401
list_top account        ok/404     ok/404     -/ok       -/ok       -/ok       -/403      -/401
list_top keys           ok/404     ok/404     -/ok       -/empty    -/ok       -/403      -/401
start_recount           403        403        403        403        ok         403        401

list_requests           ok/empty   ok/empty   -/403      -/403      -/ok       -/403      -/401
get_request             ok/404     ok/404     -/403      -/403      -/ok       -/403      -/401
list_audit              403        403        ok         ok         ok         403        401
get_audit_checkpoint    403        403        ok         ok         ok         403        401
get_audit_consistency   403        403        ok         ok         ok         403        401
get_audit_proof         403        403        ok         ok         ok         403        401
get_audit_key           403        403        ok         ok         ok         403        401
list_jobs               ok         empty      ok         empty      ok         empty      401
get_job                 ok/404     -/404      ok/404     -/404      ok/ok      -/404      -/401
cancel_job              ok/404     -/404      ok/404     -/404      ok/ok      -/404      -/401

list_people             401        401        401        401        401        401        401
sign_in_as              401        401        401        401        401        401        401
get_clock               ok         ok         ok         ok         ok         ok         401
move_clock              ok         ok         ok         ok         ok         ok         401
order_traffic           ok         ok         ok         ok         ok         ok         401
"""
"""What only a sandbox offers is asked without the token of its start."""


def columns() -> tuple[str, ...]:
    """Who calls."""
    return tuple(TABLE.split("\n\n", 1)[0].split())


def rows() -> dict[str, dict[str, str]]:
    """The cells by row and by column."""
    found: dict[str, dict[str, str]] = {}
    for line in TABLE.split("\n\n", 1)[1].splitlines():
        words = line.split()
        name, cells = words[: -len(columns())], words[-len(columns()) :]
        if words:
            found[" ".join(name)] = dict(zip(columns(), cells, strict=True))
    return found
