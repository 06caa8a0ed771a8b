"""Sign-in by phone code and the second factor: what allauth and axes are told (ADR 0005)."""

from __future__ import annotations

from datetime import timedelta

from huiyin.config.environment import Environment

_environment = Environment()

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
# 500 phones may share one address in a meeting hall, so a number at an address is limited more than the address.
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "200/m/ip,1/50s/key,5/h/key,12/d/key",  # key: number and where it is asked from
    "codes_of_a_number": "30/d/key",  # from all unknown places together: bounds guessing and a flood of messages
    "login_failed": "200/m/ip,20/h/key",
}

MFA_ADAPTER = "huiyin.apps.people.sign_in.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "回音"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODE_COUNT = 8

# Ten wrong codes for one number lock it for an hour where they came from (people/sign_in_limits.py).
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(hours=1)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_SENSITIVE_PARAMETERS = ["code", "phone"]
AXES_ENABLE_ADMIN = False
AXES_USERNAME_FORM_FIELD = "username"
AXES_VERBOSE = False
AXES_USE_ATTEMPT_EXPIRATION = False

AXES_LOCKOUT_CALLABLE = "huiyin.apps.people.sign_in.locked_out_page"
AXES_CLIENT_IP_CALLABLE = "huiyin.apps.people.sign_in.client_address"

# Django's 300 entries would throw limits away while a hall of 500 phones signs in.
CACHES = {
    "default": {
        "BACKEND": "huiyin.apps.people.sign_in_cache.SignInCache",
        "LOCATION": "huiyin",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

SMS_URL = _environment.text(
    "HUIYIN_SMS_URL",
    "短信网关地址；不填则不能发短信（演示时写入收件页）",
    "address of the SMS gateway; without it no message is sent (the demo shows an outbox)",
    example="https://sms.example.cn/send",
    default="",
)
SMS_KEY = _environment.text(
    "HUIYIN_SMS_KEY", "短信网关账号", "account at the SMS gateway", example="huiyin", default=""
)
SMS_SECRET = _environment.text(
    "HUIYIN_SMS_SECRET",
    "短信网关签名密钥",
    "secret that signs requests to the SMS gateway",
    example="a-long-random-text",
    default="",
)
SMS_REPORTS = _environment.flag(
    "HUIYIN_SMS_REPORTS",
    "短信网关会回报送达结果",
    "the SMS gateway reports to /sms/reports what became of a message",
)
PHONE_HASH_KEY = _environment.text(
    "HUIYIN_PHONE_KEY",
    "手机号查找用的密钥，不填则用 HUIYIN_SECRET_KEY；换了它，旧账号就找不到了",
    "key under which phone numbers are found, else HUIYIN_SECRET_KEY; once changed, accounts are not found any more",
    example="a-long-random-text",
    default="",
)
