"""``python -m cli`` is ``mfa-rollout``."""

from cli.main import main

if __name__ == "__main__":
    main()
