"""What people's files call the column that names the person, in the words of 14 languages.

The words are those of Entra ID and the Microsoft 365 admin center, of Active Directory and of
common HR systems; case, blanks and punctuation are left out (``domain.imports.columns``).
"""

USER_PRINCIPAL_NAMES = (
    "upn",
    "userprincipalname",
    "userprincipal",
    "memberobjectidorupn",
    "objectidorupn",
    "signinname",
    "useridorupn",
    "azureadupn",
    "entraupn",
    "office365upn",
    "microsoft365username",
    "benutzerprinzipalname",  # German
    "nomdutilisateurprincipal",  # French
    "nomprincipaldelutilisateur",
    "nomprincipaldutilisateur",
    "nombreprincipaldeusuario",  # Spanish
    "nombreprincipaldelusuario",
    "nomeentitàutente",  # Italian
    "nomedellentitàutente",
    "nomeprincipaleutente",
    "nomeprincipaledellutente",
    "principalnaamvangebruiker",  # Dutch
    "userprincipalnaam",
    "upnnaam",
    "głównanazwaużytkownika",  # Polish
    "nomeprincipaldousuário",  # Portuguese
    "nomeprincipaldoutilizador",
    "nomeprincipaldeusuário",
    "ユーザープリンシパル名",  # Japanese
    "用户主体名称",  # Chinese
    "用户主体名",
    "用户主名称",
    "使用者主體名稱",
    "使用者主要名稱",
    "사용자계정이름",  # Korean
    "사용자주체이름",
    "имяучастникапользователя",  # Russian
    "имясубъектапользователя",
    "hlavníjménouživatele",  # Czech
    "hlavnínázevuživatele",
    "kullaniciasiladi",  # Turkish
    "användarenshuvudnamn",  # Swedish
    "brugerenshovednavn",  # Danish
)

MAIL_ADDRESSES = (
    "email",
    "emailaddress",
    "emailid",
    "mail",
    "mailaddress",
    "mailid",
    "workemail",
    "workemailaddress",
    "emailwork",
    "emailprimarywork",
    "primaryworkemail",
    "primaryemail",
    "primaryemailaddress",
    "businessemail",
    "businessemailaddress",
    "companyemail",
    "companyemailaddress",
    "corporateemail",
    "officeemail",
    "employeeemail",
    "employeeemailaddress",
    "contactemail",
    "useremail",
    "email1value",
    "internetemail",
    "internetaddress",
    "smtp",
    "smtpaddress",
    "primarysmtp",
    "primarysmtpaddress",
    "windowsemailaddress",
    "windowsliveid",
    "microsoftonlineservicesid",
    "emailadresse",  # German, Danish
    "mailadresse",
    "primäresmtpadresse",
    "geschäftlicheemail",
    "emaildienstlich",
    "adresseemail",  # French
    "adressemail",
    "adressedemessagerie",
    "adresseélectronique",
    "courriel",
    "courrier",
    "mél",
    "correo",  # Spanish
    "correoelectrónico",
    "direccióndecorreo",
    "direccióndecorreoelectrónico",
    "postaelettronica",  # Italian
    "indirizzoemail",
    "indirizzodipostaelettronica",
    "indirizzomail",
    "emailadres",  # Dutch
    "mailadres",
    "adresemail",  # Polish
    "adrespocztyemail",
    "adrespocztyelektronicznej",
    "poczta",
    "endereçodeemail",  # Portuguese
    "endereçoemail",
    "correioeletrônico",
    "correioeletrónico",
    "メール",  # Japanese
    "メールアドレス",
    "電子メール",
    "電子メールアドレス",
    "eメール",
    "电子邮件",  # Chinese
    "电子邮件地址",
    "电子邮箱",
    "邮件",
    "邮箱",
    "邮箱地址",
    "電子郵件",
    "電子郵件地址",
    "郵件",
    "전자메일",  # Korean
    "전자메일주소",
    "이메일",
    "이메일주소",
    "메일",
    "электроннаяпочта",  # Russian
    "адресэлектроннойпочты",
    "эпочта",
    "почта",
    "emailováadresa",  # Czech
    "eposta",  # Turkish
    "epostaadresi",
    "epost",  # Swedish
    "epostadress",
)

USER_NAMES = (
    "username",
    "loginname",
    "login",
    "userid",
    "account",
    "accountname",
    "benutzername",  # German
    "anmeldename",
    "nomdutilisateur",  # French
    "identifiant",
    "nombredeusuario",  # Spanish
    "nomeutente",  # Italian
    "gebruikersnaam",  # Dutch
    "nazwaużytkownika",  # Polish
    "nomedeusuário",  # Portuguese
    "nomedeutilizador",
    "ユーザー名",  # Japanese
    "用户名",  # Chinese
    "使用者名稱",
    "사용자이름",  # Korean
    "имяпользователя",  # Russian
    "uživatelskéjméno",  # Czech
    "kullaniciadi",  # Turkish
    "användarnamn",  # Swedish
    "brugernavn",  # Danish
)

OF_OTHERS = (
    "manager",
    "supervisor",
    "boss",
    "approver",
    "assistant",
    "sponsor",
    "owner",
    "personal",
    "private",
    "home",
    "alternat",
    "secondary",
    "recovery",
    "vorgesetzt",
    "führungskraft",
    "privat",
    "chef",
    "responsable",
    "gestionnaire",
    "jefe",
    "superior",
    "responsabile",
    "leidinggevende",
    "przełożon",
    "kierownik",
    "gestor",
    "gerente",
    "上司",
    "マネージャー",
    "经理",
    "主管",
    "관리자",
    "руководител",
    "менеджер",
    "nadřízen",
    "vedoucí",
    "yönetici",
)
"""Parts of headers whose addresses are somebody else's, or not of the company."""
