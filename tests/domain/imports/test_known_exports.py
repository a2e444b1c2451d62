"""Files as other systems write them: Entra ID's templates, exports, headers in 14 languages."""

import pytest

from domain.imports.file import read_import_file
from domain.imports.reasons import RowReason
from tests.domain.imports.reading import ADA, BOB, OBJECT_ID, found, rejected


def test_entras_template_of_users() -> None:
    """The template for users: version line, bracketed names, an example that is nobody."""
    content = (
        "version:v1.0\r\n"
        "Name [displayName] Required,User name [userPrincipalName] Required,"
        "Block sign in (Yes/No) [accountEnabled] Required\r\n"
        "Example: Chris Green,chris@contoso.com,No\r\n"
        f"Ada,{ADA},No\r\n"
    )
    assert found(content) == [(4, ADA)]
    assert rejected(content) == [(3, RowReason.EXAMPLE_ROW)]


def test_entras_template_of_members() -> None:
    """The template for members takes ObjectIds and UPNs; an example row is nobody."""
    content = (
        "version:v1.0,,\n"
        "Member object ID or user principal name [memberObjectIdOrUpn] Required,,\n"
        "Example: 9832aad8-e4fe-496b-a604-95c6eF01ae75,,\n"
        f"{OBJECT_ID},,\n{ADA},,\n"
    )
    assert found(content) == [(4, OBJECT_ID), (5, ADA)]
    assert [line for line, _ in rejected(content)] == [3]


def test_entras_template_in_another_language() -> None:
    """The name in brackets is the same in every language."""
    assert found(f"version:v1.0\nBenutzername [userPrincipalName] Erforderlich\n{ADA}\n") == [
        (3, ADA)
    ]


def test_the_export_of_active_users() -> None:
    """The Microsoft 365 admin center writes "User principal name", amid many columns."""
    header = "Block credential,City,Proxy addresses,User principal name,When created"
    row = f'False,Zürich,"SMTP:{ADA}+smtp:a@contoso.example",{ADA},2020-01-01 00:00:00Z'
    assert found(f"{header}\n{row}\n") == [(2, ADA)]


def test_the_export_of_powershell() -> None:
    """Windows PowerShell puts a line about the type first."""
    header = '"DisplayName","PrimarySmtpAddress"'
    assert found(f'#TYPE Selected.Mailbox\r\n{header}\r\n"Ada","{ADA}"\r\n') == [(3, ADA)]


@pytest.mark.parametrize(
    "header",
    [
        *("E-mail", "E-Mail Address", "email_address", "Mail", "Work Email", "Business e-mail"),
        *("PrimarySmtpAddress", "Username", "Email - Primary Work", "WindowsEmailAddress"),
        *("Benutzerprinzipalname", "E-Mail-Adresse", "BENUTZERNAME"),
        *("Nom d'utilisateur principal", "Adresse e-mail", "Courriel"),
        *("Nombre principal de usuario", "Correo electrónico"),
        *("Nome dell'entità utente", "Posta elettronica"),
        *("E-mailadres", "Gebruikersnaam"),
        *("Główna nazwa użytkownika", "Adres e-mail"),
        *("Nome principal do usuário", "Endereço de email"),
        *("ユーザー プリンシパル名", "メール アドレス"),
        *("用户主体名称", "电子邮件", "使用者主體名稱"),
        *("사용자 계정 이름", "전자 메일"),
        *("Имя участника-пользователя", "Электронная почта"),
        *("Hlavní jméno uživatele", "E-mailová adresa"),
        *("KULLANICI ASIL ADI", "E-posta"),
        *("Användarens huvudnamn", "E-postadress"),
        *("Brugerens hovednavn", "Brugernavn"),
    ],
)
def test_headers_of_other_systems_and_languages(header: str) -> None:
    """Spelling, case, spaces and hyphens don't matter; a manager's address beside it does not."""
    content = f"Employee ID,{header},Manager e-mail\n17,{ADA},{BOB}\n"
    assert found(content) == [(2, ADA)]


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("Имя участника-пользователя", "cp1251"),
        ("ユーザー プリンシパル名", "cp932"),
        ("用户主体名称", "gb18030"),
        ("사용자 계정 이름", "cp949"),
        ("Główna nazwa użytkownika", "cp1250"),
        ("Prénom;Adresse électronique", "mac_roman"),
    ],
)
def test_a_header_in_a_code_page(header: str, encoding: str) -> None:
    """Excel saves a portal's file in the code page of its country."""
    content = f"Manager e-mail;{header}\r\n{BOB};x;{ADA}\r\n".replace(
        "x;", "x;" * header.count(";")
    )
    file = read_import_file(content.encode(encoding))
    assert [row.address for row in file.rows] == [ADA]
