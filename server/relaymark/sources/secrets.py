"""Finds secrets with detect-secrets, beside the shapes that `core/redact.py` knows; nothing is sent anywhere."""

import logging
from functools import cache, lru_cache
from importlib import import_module
from typing import Any

from relaymark.core.redact import MARK, Secret, redacted, secrets_in, united

_log = logging.getLogger(__name__)

_DETECTORS = (
    ("artifactory", "ArtifactoryDetector"),
    ("aws", "AWSKeyDetector"),
    ("azure_storage_key", "AzureStorageKeyDetector"),
    ("basic_auth", "BasicAuthDetector"),
    ("cloudant", "CloudantDetector"),
    ("discord", "DiscordBotTokenDetector"),
    ("github_token", "GitHubTokenDetector"),
    ("gitlab_token", "GitLabTokenDetector"),
    ("ibm_cloud_iam", "IbmCloudIamDetector"),
    ("ibm_cos_hmac", "IbmCosHmacDetector"),
    ("jwt", "JwtTokenDetector"),
    ("mailchimp", "MailchimpDetector"),
    ("npm", "NpmDetector"),
    ("openai", "OpenAIDetector"),
    ("private_key", "PrivateKeyDetector"),
    ("pypi_token", "PypiTokenDetector"),
    ("sendgrid", "SendGridDetector"),
    ("slack", "SlackDetector"),
    ("softlayer", "SoftlayerDetector"),
    ("square_oauth", "SquareOAuthDetector"),
    ("stripe", "StripeDetector"),
    ("telegram_token", "TelegramBotTokenDetector"),
    ("twilio", "TwilioKeyDetector"),
)
"""By shape only: the detectors of high entropy and of key words take commits, ids and plain sentences for secrets."""
_LONGEST_LINE = 20_000


@lru_cache(maxsize=512)
def secrets_of(text: str) -> tuple[Secret, ...]:
    """Return what looks like a secret, by Relaymark's own shapes and by those of detect-secrets; none stands twice."""
    return united((*secrets_in(text), *scanned(text)))


def without_secrets(text: str) -> str:
    """Return a text with `[redacted]` in place of everything that looks like a secret to any of the two."""
    return redacted(text, secrets_of)


def scanned(text: str) -> tuple[Secret, ...]:
    """Return what looks like a secret, in the order of the text; text that was redacted is none."""
    found: set[tuple[int, int, str]] = set()
    at = 0
    for line in text.splitlines(keepends=True):
        for detector in _detectors():
            for value in detector.analyze_string(line[:_LONGEST_LINE]):
                if not isinstance(value, str) or not value or MARK in value:
                    continue
                start = line.find(value)
                while start >= 0:
                    found.add((at + start, at + start + len(value), detector.secret_type))
                    start = line.find(value, start + len(value))
        at += len(line)
    return tuple(Secret(kind, start, end) for start, end, kind in sorted(found))


@cache
def _detectors() -> tuple[Any, ...]:
    """Return the detectors; loading them takes 0.3 s, so that only who looks for secrets pays."""
    made = []
    for module, name in _DETECTORS:
        try:
            made.append(getattr(import_module(f"detect_secrets.plugins.{module}"), name)())
        except (ImportError, AttributeError) as error:
            _log.warning("detect-secrets has no %s: %s", name, error)
    return tuple(made)
