"""The people of the demo, heads of department first."""

import uuid
from dataclasses import dataclass

from simulated_tenant.personas.kinds import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the demo's company; ``alias`` is the part of the UPN before the ``@``.

    ``manager`` is an alias, too. ``mail_alias`` is given where the address isn't the UPN.
    """

    alias: str
    name: str
    department: str
    language: str
    kind: Kind
    manager: str | None
    mail_alias: str | None = None

    @property
    def object_id(self) -> str:
        """The person's object id, made from the alias."""
        return id_of(self.alias)

    @property
    def manager_id(self) -> str | None:
        """The manager's object id."""
        return None if self.manager is None else id_of(self.manager)


def id_of(name: str) -> str:
    """Make the GUID that belongs to a name of the demo."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.contoso.example"))


def _team(department: str, manager: str, *rows: tuple[str, str, str, Kind]) -> tuple[Person, ...]:
    return tuple(
        Person(
            alias=alias,
            name=name,
            department=department,
            language=language,
            kind=kind,
            manager=manager if kind is not Kind.NO_MANAGER else None,
        )
        for alias, name, language, kind in rows
    )


def _head(alias: str, name: str, department: str, language: str, kind: Kind) -> Person:
    return Person(
        alias=alias,
        name=name,
        department=department,
        language=language,
        kind=kind,
        manager="ines.carvalho" if alias != "ines.carvalho" else None,
        mail_alias="ines" if alias == "ines.carvalho" else None,
    )


PEOPLE: tuple[Person, ...] = (
    _head("ines.carvalho", "Inês Carvalho", "Management", "en-GB", Kind.REGISTERED_ALREADY),
    _head("tom.okafor", "Tom Okafor", "Sales", "en-GB", Kind.REGISTERS_AT_ONCE),
    _head("petra.vogel", "Petra Vögel", "Production", "de-DE", Kind.REGISTERED_ALREADY),
    _head("luc.moreau", "Luc Moreau", "Research", "fr-FR", Kind.READS_AND_CLICKS_LATER),
    _head("sara.lindqvist", "Sara Lindqvist", "Finance", "en-GB", Kind.REGISTERED_ALREADY),
    *_team(
        "Sales",
        "tom.okafor",
        ("sean.obrien", "Seán O’Brien", "en-IE", Kind.REGISTERS_AT_ONCE),  # noqa: RUF001
        ("aisha.rahman", "Aisha Rahman", "en-GB", Kind.READS_AND_CLICKS_LATER),
        ("dwayne.carter", 'Dwayne "DC" Carter', "en-US", Kind.NEEDS_ONE_REMINDER),
        ("ngozi.eze", "Ngozi Eze", "en-GB", Kind.NEEDS_TWO_REMINDERS),
        ("maria.garcia", "María García-López", "es-ES", Kind.IS_ESCALATED),
        ("jack.frost", "Jack Frost ❄️", "en-GB", Kind.IGNORES_EVERYTHING),
        ("noor.haddad", "نور حداد", "ar-LB", Kind.REGISTERS_AT_ONCE),
        ("george.king", "George King", "en-GB", Kind.LOST_LINK),
        ("ruth.cohen", "רות כהן", "he-IL", Kind.MAIL_SCANNER),
    ),
    *_team(
        "Production",
        "petra.vogel",
        ("juergen.gross", "Jürgen Groß", "de-DE", Kind.REGISTERS_AT_ONCE),
        ("anneliese.mueller", "Anneliese Müller", "de-AT", Kind.STALLS_AFTER_CLICK),
        ("yilmaz.ozturk", "Yılmaz Öztürk", "de-DE", Kind.NEEDS_ONE_REMINDER),  # noqa: RUF001
        ("reto.staehli", "Reto Stähli", "de-CH", Kind.STALLS_FOR_EVER),
        ("katarzyna.wisniewska", "Katarzyna Wiśniewska", "pl-PL", Kind.ON_LEAVE),
        ("dmitri.sokolov", "Дмитрий Соколов", "ru-RU", Kind.IS_ESCALATED),
        (
            "wolfgang.amadeus",
            "Wolfgang Amadeus Gottlieb Maximilian von und zu Hohenstein-Lichtenberg-Sonderburg",
            "de-DE",
            Kind.NO_MANAGER,
        ),
        ("heidi.brunner", "Heidi Brunner", "de-CH", Kind.LEAVES_MID_JOURNEY),
        ("sven.olsson", "Sven Olsson", "sv-SE", Kind.DOUBLE_CLICKER),
    ),
    *_team(
        "Research",
        "luc.moreau",
        ("amelie.fontaine", "Amélie Fontaine", "fr-FR", Kind.REGISTERS_AT_ONCE),
        ("francois.lefevre", "François Lefèvre", "fr-BE", Kind.IMAGES_ONLY),
        ("li.wei", "李伟", "zh-CN", Kind.REGISTERS_WITHOUT_CLICKING),
        ("sakura.tanaka", "田中さくら", "ja-JP", Kind.READS_AND_CLICKS_LATER),
        ("priya.natarajan", "Priya Natarajan", "en-IN", Kind.REGISTERED_ALREADY),
        ("chloe.dubois", "Chloé Dubois", "fr-CA", Kind.NEEDS_ONE_REMINDER),
        ("kwame.mensah", "Kwame Mensah", "en-GB", Kind.STALLS_AFTER_CLICK),
        ("nguyen.thi.hoa", "Nguyễn Thị Hoa", "vi-VN", Kind.NEEDS_TWO_REMINDERS),
    ),
    *_team(
        "Finance",
        "sara.lindqvist",
        ("emma.wilson", "Emma Wilson", "en-GB", Kind.REGISTERS_AT_ONCE),
        ("giulia.rossi", "Giulia D'Angelo", "it-IT", Kind.READS_AND_CLICKS_LATER),
        ("bjorn.aasen", "Bjørn Åsen", "nb-NO", Kind.IGNORES_EVERYTHING),
        ("fatima.elmansouri", "Fatima El Mansouri", "fr-FR", Kind.REGISTERS_WITHOUT_CLICKING),
        ("paul.smith", "Paul <Smith> & Sons", "en-GB", Kind.REGISTERED_ALREADY),
        ("zoe.papadopoulou", "Ζωή Παπαδοπούλου", "el-GR", Kind.LOST_LINK),
        ("henry.clarke", "Henry Clarke", "en-GB", Kind.NO_MAILBOX),
        ("former.colleague", "Former Colleague", "en-GB", Kind.LEFT_THE_COMPANY),
    ),
)
