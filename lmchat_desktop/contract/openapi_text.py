"""The prose of the OpenAPI document: the conventions that hold for every operation."""

from __future__ import annotations

DESCRIPTION = """\
The API by which lmchat is administered. These conventions hold for every operation.

**Form.** JSON in UTF-8, `snake_case`. Times are RFC 3339 in UTC with `Z`, days `YYYY-MM-DD`.
Unknown query parameters and body fields are refused with 422, so that a misspelt wish is not
lost; clients ignore fields that they do not know in answers.

**Identifiers** carry their kind (`acct_`, `person_`, `key_`, `req_`, `evt_`, `job_`, `dev_`,
`inv_`, `chg_`, `rec_`, `note_`, `exp_`) and
tell nothing else: neither order nor number of what lies between two can be read from them.

**Money** is an integer of nano US dollars, in signed 64 bits. A price a token is an exact decimal
as text and can be below a nano dollar. A request's cost is the sum of three components (uncached
input, cached input, output), each tokens × price rounded half-even once.

**People.** A person signs in; an account is a customer; people are members of accounts (`owner`,
`member`) or operators of lmchat (`support`, `legal`, `admin`). Scopes come from roles; a role in
an account brings its scopes for that account alone. `GET /v1/me` answers them. A missing scope is
403. What a person may not see does not exist for them: 404, and no difference in any list, count,
total, feed page or cursor.

**Sign-in.** OAuth 2.0 for native apps with PKCE and a loopback redirect, or a personal token
(`lmc-pat-…`). Access tokens (`lmc-at-…`) live an hour, refresh tokens (`lmc-rt-…`) are good once.
Neither can call inference, and inference keys (`sk-lmc-…`) cannot call this API. The backend
keeps hashes of all of them, never the secrets.

**Devices.** A session belongs to a registered device: an OAuth session to the one named with the
code, a personal token to the one in `X-Device-Id`. A call renews the device's lease (14 days); a
device that stayed away for longer destroys its cache key by itself. A revoked device gets 401
`device-revoked`, whatever else is true of its token.

**Errors** are RFC 9457 problem details. `type` is stable and below
`https://lmchat.net/problems/`; `detail` is for people; `errors[]` names invalid fields by JSON
pointer: of the body (`/name`), or `/query/…`, `/path/…`, `/header/…`.

**Lists** are cursor pages in a stable order. A cursor is opaque and only good for the same list,
filters and person. `limit` is at most 1,000.

**Concurrency.** A mutable resource has an ETag, in its `etag` field exactly as in the header,
quotes included. PATCH (a merge patch, RFC 7396) and DELETE carry it as `If-Match`: 428 without,
412 with the present one in `ETag` and `current_etag` where it was changed meanwhile.

**Retries.** A POST that creates or acts carries an `Idempotency-Key` of 16 to 255 characters,
best a random UUID. For 24 hours the same call with the same key is answered the same and done
once; 409 `idempotency-under-way` while the first is under way; 422 `idempotency-key-reused` for
another call under the same key. Refusals are not remembered: they changed nothing. The backend
keeps the answer under a hash of person and key; an answer that holds a secret is encrypted under
a key derived from the Idempotency-Key (HKDF), so that the backend cannot read it back.

**One unit of work.** An effect, its audit entry, its entry in the change feed and its idempotency
record are committed together or not at all.

**Limits.** Answers carry `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset`
(seconds). 429 and 503 carry `Retry-After` in seconds; 503 and 507 `storage-full` changed nothing.

**Long work** is a job: 202 with `Location: /v1/jobs/{id}`. It checkpoints, can be cancelled, and
goes on after a restart of the backend.
"""

SLICE = """\
A slice holds **cells**, one a row, in an Apache Arrow IPC stream of one schema and one record
batch. A cell is a span of time (a quarter hour in day slices, a minute in hour slices) × model ×
provider × region × API key × outcome × error code. A request belongs to the cell of its start;
model, provider and region are those of the attempt that ended it. In the scope `service` the key
is empty everywhere: the service-wide view carries no direct identifiers.

| column | type | |
| --- | --- | --- |
| `start` | timestamp[s, UTC] | start of the cell |
| `model`, `provider`, `region`, `key`, `outcome`, `error` | utf8 | \
`outcome` is `ok`, `rerouted` or `failed`; `error` is empty without one |
| `requests`, `input_tokens`, `cached_tokens`, `output_tokens` | int64 | \
`cached_tokens` is a part of `input_tokens` |
| `cost_nanos` | int64 | nano US dollars |
| `total_index`, `first_index` | list<int16> | buckets of the time until the answer was whole, and \
until the first token; ascending |
| `total_count`, `first_count` | list<int32> | how many requests fell into each |

Buckets are those of OpenTelemetry's exponential histograms at scale 5: bucket *i* holds the
values in (b^i, b^(i+1)] milliseconds with b = 2^(1/32); less than a microsecond counts as one. A
request without a measured time is in no bucket. Histograms of several cells merge by addition. No
column has nulls. Rows are ordered by start, then by the labels in the order above, so that equal
content is equal bytes.

`ETag` changes with the content and with nothing else. A closed slice changes only by a late
arrival, an erasure or a purge.
"""

AUDIT_LOG = """\
The entries are the leaves of an append-only Merkle tree (RFC 6962, section 2.1, SHA-256), numbered
by `seq` from 0 without a gap, in the order in which they were committed.

**A leaf** is JSON in the canonical form of RFC 8785:
`{"action":…,"at_ms":…,"commitments":{…},"entity_kind":…,"format":"lmchat-audit-entry/1","seq":…}`,
where `at_ms` is `at` in milliseconds since the epoch and `commitments` holds, in lower-case
hexadecimal, one for each of `account_id`, `actor_id`, `device_id`, `entity_id` and `reason`. A
commitment is SHA-256 over `lmchat-audit-value/1`, a line break, the value's name, a line break, its
salt of 32 random bytes, and then a zero byte where the value is null, else the byte one and the
value in UTF-8. To erase a value, the backend forgets it with its salt and keeps the commitment: the
leaf stays what it was. A leaf cannot be guessed from its hash while a salt of it is unknown.

**A head** is a signed note (C2SP signed-note, Ed25519) in the form of a C2SP tlog-checkpoint:
origin, size, root, and a line `time ` with the milliseconds of its signature. The size of the tree
is known to everybody who may read any entry; of entries that a caller may not see nothing else is.

**A restored backup** is stated before anything is answered from it: by an entry `log.restored`, and
by a signed note of four lines: the origin followed by ` restored from a backup`; `lost `, size and
root of the newest head that was signed before; `back to `, size and root of what was restored;
`time `. A client that kept a head between the two sizes accepts a head that is consistent with the
second, and nothing else.
"""

TAGS: dict[str, str] = {
    "service": "The backend itself.",
    "sign-in": "OAuth 2.0 in the system browser.",
    "identity": "The caller, and personal tokens.",
    "devices": "Installations of the application that sessions belong to.",
    "accounts": "Customers.",
    "keys": "Inference keys of accounts.",
    "operators": "Those who work for lmchat, and what roles may do.",
    "catalog": "What lmchat offers and through whom.",
    "changes": "The feed by which a cache is kept equal to the backend.",
    "usage": "The usage cube.",
    "requests": "Request metadata.",
    "audit": "Who did what, in a log that cannot be rewritten unnoticed.",
    "jobs": "Long work.",
    "sandbox": "Offered by a sandbox only.",
}
