"""Sign-in by phone code and the second factor: what allauth and axes are told (ADR 0005)."""

from __future__ import annotations

from datetime import timedelta

LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/my/start"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "huiyin.apps.people.sign_in.PhoneAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 5 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
# 500 phones may share one address in a meeting hall, so the number is limited more than the address.
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "200/m/ip,1/50s/key,5/h/key,12/d/key",
    "login_failed": "200/m/ip,20/h/key",
}

MFA_ADAPTER = "huiyin.apps.people.sign_in.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Huiyin"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODE_COUNT = 8

# Ten wrong codes for one number lock that number for an hour, from wherever they came.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(hours=1)
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_SENSITIVE_PARAMETERS = ["code", "phone"]
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_USE_ATTEMPT_EXPIRATION = False

# Limits and used TOTP codes must be known to every web process: the cache is a table (people/0002).
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "people_shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 20000},
    }
}
