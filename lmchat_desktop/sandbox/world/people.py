"""The people of the sample world, the vendors and the devices. All people are invented."""

from __future__ import annotations

from dataclasses import dataclass

from lmchat_desktop.domain.scopes import Role


@dataclass(frozen=True, slots=True)
class PersonOf:
    """A person: roles as an operator, and the role in each account by the company's slug."""

    name: str
    email: str
    accounts: dict[str, Role]
    operator: tuple[Role, ...] = ()
    made_days: int = 200
    joined: bool = True
    """Whether they have ever signed in."""


_OWNER, _MEMBER = Role.OWNER, Role.MEMBER

PEOPLE = (
    PersonOf("Dana Whitfield", "dana@acme-robotics.example", {"acme": _OWNER}, made_days=640),
    PersonOf("Tunde Okafor", "tunde@acme-robotics.example", {"acme": _MEMBER}, made_days=410),
    PersonOf("Mei-Ling Zhao", "mei-ling@acme-robotics.example", {"acme": _MEMBER}, made_days=95),
    PersonOf(
        "Jürgen Größmann",
        "juergen.groessmann@nordlicht-versicherung.example",
        {"nordlicht": _OWNER},
        made_days=510,
    ),
    PersonOf(
        "Ayşe Yıldırım",
        "ayse.yildirim@nordlicht-versicherung.example",
        {"nordlicht": _MEMBER},
        made_days=300,
    ),
    PersonOf(
        "佐々木 陽子", "sasaki@shinonome-systems.example", {"shinonome": _OWNER}, made_days=420
    ),
    PersonOf("田中 健", "tanaka@shinonome-systems.example", {"shinonome": _MEMBER}, made_days=180),
    PersonOf(
        "Priya Raghunathan",
        "priya@lmchat.example",
        {"kaveri": _OWNER},
        (Role.ADMIN,),
        made_days=700,
    ),
    PersonOf("Ravi Menon", "ravi@kaveri-analytics.example", {"kaveri": _MEMBER}, made_days=140),
    PersonOf(
        "Baptiste Lefèvre",
        "baptiste@boulangerie-numerique.example",
        {"boulangerie": _OWNER},
        made_days=330,
    ),
    PersonOf(
        "Élodie Marchand",
        "elodie@marchand-conseil.example",
        {"boulangerie": _MEMBER, "nordlicht": _MEMBER},
        made_days=250,
    ),
    PersonOf(
        "Siobhán O'Reilly", "siobhan@harbour-vale.example", {"harbour": _OWNER}, made_days=290
    ),
    PersonOf(
        "Gareth Llewellyn-Jones",
        "gareth@harbour-vale.example",
        {"harbour": _MEMBER},
        made_days=120,
    ),
    PersonOf("Noémie Tremblay", "noemie@maple-ridge.example", {"maple": _OWNER}, made_days=270),
    PersonOf("João Figueiredo", "joao@acai-entregas.example", {"acai": _OWNER}, made_days=230),
    PersonOf("Luíza Prado", "luiza@acai-entregas.example", {"acai": _MEMBER}, made_days=60),
    PersonOf("Åsa Lindqvist", "asa@norrsken-logistik.example", {"norrsken": _OWNER}, made_days=210),
    PersonOf(
        "Pasang Dolma Sherpa",
        "pasang@sagarmatha-health.example",
        {"sagarmatha": _OWNER},
        made_days=160,
    ),
    PersonOf(
        "Wanjirũ Kamau", "wanjiru@juakali-payments.example", {"juakali": _OWNER}, made_days=120
    ),
    PersonOf(
        "Maximilian <Max> Gruber", "max@tom-und-jerry.example", {"jerry": _OWNER}, made_days=95
    ),
    PersonOf(
        "Hinemoa Preece", "hinemoa@chatham-weather.example", {"chatham": _OWNER}, made_days=80
    ),
    PersonOf("Ines", "quill.and.ink@mailbox.example", {"quill": _OWNER}, made_days=33),
    PersonOf("Óscar Bulnes", "pagos@bulkwort.example", {"bulkwort": _OWNER}, made_days=52),
    PersonOf("Martin Kovač", "martin@lmchat.example", {}, (Role.ADMIN,), made_days=720),
    PersonOf("Aoife Brennan", "aoife@lmchat.example", {}, (Role.SUPPORT,), made_days=540),
    PersonOf("Kwame Asante", "kwame@lmchat.example", {}, (Role.SUPPORT,), made_days=90),
    PersonOf("Ruth Feldstein", "ruth@lmchat.example", {}, (Role.LEGAL,), made_days=480),
    PersonOf(
        "Nadia Haddad", "nadia@lmchat.example", {}, (Role.SUPPORT,), made_days=2, joined=False
    ),
)


@dataclass(frozen=True, slots=True)
class GrantOf:
    """Roles that were asked for, by e-mails; without a state they wait for a second person."""

    person: str
    roles: tuple[Role, ...]
    reason: str
    asked_by: str
    asked_days: float
    state: str = "pending"
    decided_by: str | None = None
    decision_reason: str = ""


GRANTS = (
    GrantOf(
        "ruth@lmchat.example",
        (Role.LEGAL,),
        "Counsel, from today.",
        "martin@lmchat.example",
        480,
        "approved",
        "priya@lmchat.example",
        "As agreed.",
    ),
    GrantOf(
        "aoife@lmchat.example",
        (Role.ADMIN,),
        "To cover the weekends.",
        "priya@lmchat.example",
        37,
        "rejected",
        "ruth@lmchat.example",
        "Two administrators are enough; support covers the weekends.",
    ),
    GrantOf(
        "kwame@lmchat.example",
        (Role.LEGAL,),
        "Stands in for Ruth until Christmas.",
        "martin@lmchat.example",
        0.3,
    ),
)
"""A decision is made within the hour."""


@dataclass(frozen=True, slots=True)
class VendorOf:
    """A vendor other than the model providers; these two are invented examples."""

    id: str
    name: str
    purpose: str
    region: str
    transfer: str
    erasure: str


VENDORS = (
    VendorOf(
        "proc_mail",
        "Briefpost Mail (example)",
        "Sends e-mail: codes, notices and invoices",
        "DE",
        "",
        "Deletes the address and its delivery log within 7 days of a call to its suppression API",
    ),
    VendorOf(
        "proc_sms",
        "Tinling SMS (example)",
        "Sends text messages: codes for verification",
        "SG",
        "Standard contractual clauses, module 2 (Decision (EU) 2021/914)",
        "On a ticket; confirmed in writing within 30 days",
    ),
)

MODEL_PROVIDER_PURPOSE = "Runs the models that customers call"
MODEL_PROVIDER_TRANSFER = "Standard contractual clauses, module 2 (example)"
MODEL_PROVIDER_ERASURE = "By the provider's contact for privacy; what it deletes follows its terms"


@dataclass(frozen=True, slots=True)
class DeviceOf:
    """An installation of the application: of the person with this e-mail, seen so long ago."""

    email: str
    name: str
    platform: str
    registered_days: int
    seen_hours: float


DEVICES = (
    DeviceOf("martin@lmchat.example", "martin-desk", "Linux (Debian 12)", 88, 3),
    DeviceOf("dana@acme-robotics.example", "Dana's MacBook", "macOS 14", 41, 20),
    DeviceOf("aoife@lmchat.example", "support-07", "Windows 11", 203, 13 * 24 + 6),
)
"""The last one's lease of 14 days is about to end."""
