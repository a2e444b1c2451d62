"""The admin portal: server-rendered pages behind a sign-in with Entra ID."""
