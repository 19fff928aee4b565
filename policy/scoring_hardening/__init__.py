"""Policy pack `scoring-hardening`: scoring services and what they run on are hardened."""

from azureml_scoring.policy_kit import Pack

from .settings import ScoringHardening

PACK = Pack("scoring-hardening", ScoringHardening)
