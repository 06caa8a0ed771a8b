"""Django's settings, all from the environment (huiyin/config/environment.py)."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.functional import SimpleLazyObject

from huiyin.config.environment import (
    Environment,
    EnvironmentProblem,
    bucket_setting,
    caller_secret,
    database_settings,
    hotline_folder,
    kept_secret,
    var_folder,
)
from huiyin.integrations import postgres
from huiyin.language.masking import mask

PACKAGE = Path(__file__).resolve().parent.parent
environment = Environment()

# --- where things lie -------------------------------------------------------------------------------------

VAR = var_folder(environment)
MEDIA_ROOT = VAR / "media"
STORAGE_BUCKET = bucket_setting(environment)
STATIC_ROOT = environment.folder(
    "HUIYIN_STATIC_ROOT",
    "静态文件的汇集目录",
    "where static files are collected",
    example="/srv/huiyin/static",
    default=VAR / "static",
)
HOTLINE_FOLDER = hotline_folder(environment, VAR)
HOTLINE_CALLER_SECRET = SimpleLazyObject(lambda: caller_secret(VAR))  # made when the first file comes

# --- kind of running --------------------------------------------------------------------------------------

DEBUG = environment.flag("HUIYIN_DEBUG", "开发模式，线上不可打开", "development mode, never in production")
HUIYIN_DEMO = environment.flag(
    "HUIYIN_DEMO", "演示：虚构数据和短信收件页", "demo: fictional data and the outbox page"
)
EMBEDDED = not os.environ.get("DATABASE_URL") or bool(os.environ.get(postgres.EMBEDDED_MARK))
TESTING_CLOCK_ALLOWED = os.environ.get("HUIYIN_TESTING") == "1"
if os.environ.get("HUIYIN_NOW") and not TESTING_CLOCK_ALLOWED:
    raise EnvironmentProblem(
        "HUIYIN_NOW 只能在测试中使用（需同时设置 HUIYIN_TESTING=1）；线上时钟不能改动。请去掉 HUIYIN_NOW。\n"
        "HUIYIN_NOW is for tests only (with HUIYIN_TESTING=1); a live clock cannot be moved. Remove HUIYIN_NOW."
    )

SECRET_KEY = os.environ.get("HUIYIN_SECRET_KEY", "").strip() or (
    kept_secret(VAR / "secret_key")
    if EMBEDDED or DEBUG
    else environment.text(
        "HUIYIN_SECRET_KEY",
        "签名登录状态和验证码的密钥，至少 50 个随机字符",
        "signs sessions and codes; 50 random characters or more",
        example="$(python3 -c 'import secrets; print(secrets.token_urlsafe(50))')",
    )
)

SITE_URL = environment.text(
    "HUIYIN_URL",
    "网站对外地址，用于短信和二维码",
    "public address, used in messages and QR codes",
    example="https://huiyin.example.cn",
    default="http://127.0.0.1:8000",
).rstrip("/")
ALLOWED_HOSTS = [
    *environment.words(
        "HUIYIN_HOSTS",
        "网站的其他域名（HUIYIN_URL 中的域名不必再写）",
        "further host names of the site, besides that of HUIYIN_URL",
        example="huiyin.example.cn",
    ),
    urlsplit(SITE_URL).hostname or "localhost",
    "localhost",
    "127.0.0.1",
    "[::1]",
    *(["*"] if DEBUG or HUIYIN_DEMO else []),  # shown on a phone in the same network
]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
DISTRICT_NAME = environment.text(
    "HUIYIN_DISTRICT", "本区名称", "name of the district", example="丰台区", default="云杉区"
)

# --- applications -----------------------------------------------------------------------------------------

# High to low, as in ADR 0001.
HUIYIN_APPS = [
    "huiyin.apps.portal",
    "huiyin.apps.publishing",
    "huiyin.apps.meetings",
    "huiyin.apps.reports",
    "huiyin.apps.upkeep",
    "huiyin.apps.hotline",
    "huiyin.apps.ledger",
    "huiyin.apps.evidence",
    "huiyin.apps.policies",
    "huiyin.apps.people",
    "huiyin.apps.places",
    "huiyin.apps.imports",
    "huiyin.apps.audit",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    *HUIYIN_APPS,
    "huiyin.web",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_htmx",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "huiyin.web.caching.PublicPages",  # above sessions and people: a kept page pays for neither
    "huiyin.web.middleware.ContentSecurityPolicy",
    "huiyin.web.middleware.ReadingMode",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "huiyin.web.bodies.BodySize",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "huiyin.apps.people.middleware.ActorMiddleware",
    "axes.middleware.AxesMiddleware",
    "huiyin.web.errors.Refusals",
]
ROOT_URLCONF = "huiyin.config.urls"
WSGI_APPLICATION = "huiyin.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "huiyin.web.context_processors.frame",
            ],
            "libraries": {"i18n": "huiyin.web.templatetags.hy_i18n"},
        },
    }
]

# --- database (ADR 0002) ----------------------------------------------------------------------------------

DATABASE_URL = os.environ.get("DATABASE_URL") or postgres.embedded_url(VAR, postgres.WEB_ROLE)
DATABASES = {
    "default": {
        **database_settings(DATABASE_URL),
        # One lasting connection a thread: opening one costs more than most pages (ADR 0002).
        "CONN_MAX_AGE": environment.number(
            "HUIYIN_CONNECTION_SECONDS",
            "数据库连接保持的秒数",
            "seconds a database connection is kept",
            default=600,
        ),
        "CONN_HEALTH_CHECKS": True,
    }
}
SILENCED_SYSTEM_CHECKS = [
    "templates.W003",  # our `trans` stands in for Django's on purpose: it looks a word up once
    "axes.W006",
]  # the number is limited, not the address a whole hall may share (ADR 0005)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- tasks (ADR 0003) -------------------------------------------------------------------------------------

PROCRASTINATE_IMPORT_PATHS = ["huiyin.integrations.queue"]
PROCRASTINATE_WORKER_DEFAULTS = {
    "concurrency": 4,
    "update_heartbeat_interval": 5,
    "stalled_worker_timeout": 30,
    "shutdown_graceful_timeout": 15,
    "fetch_job_polling_interval": 5,
    "delete_jobs": "never",
}

# --- people -----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "huiyin.apps.people.backends.PersonBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

from huiyin.config.auth_settings import *

# --- language and time ------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
# English joins when its catalogue is complete (ADR 0008); until then a page is never half of each.
LANGUAGES = [("zh-hans", "简体中文")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- files ------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
UPLOAD_MAX_BYTES = 20 * 1024 * 1024
MAX_BODY_BYTES = 100 * 1024 * 1024  # six photos of 15 MB and what is written beside them

# --- security ---------------------------------------------------------------------------------------------

HTTPS = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = int(timedelta(days=30).total_seconds())
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "huiyin.web.errors.csrf_failure"
TRUSTED_PROXY_COUNT = environment.number(
    "HUIYIN_PROXIES",
    "网站前面代理服务器的层数（负责 HTTPS 并转告访客地址）",
    "how many proxies stand before the site (they end TLS and tell the visitor's address)",
    default=0,
)
if TRUSTED_PROXY_COUNT:  # only then are their headers believed
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
PUBLIC_PAGE_SECONDS = environment.number(
    "HUIYIN_PUBLIC_PAGE_SECONDS",
    "公开页面在每个进程中缓存的秒数",
    "seconds a public page is kept in each process",
    default=5,
)

# --- log --------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"mask": {"()": "huiyin.web.logs.MaskPersonalData", "mask": mask}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["mask"]}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        # Django mails admins by default; here everything goes one way, through the filter.
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # Its own handler would write the address of a broken request as it came.
        "gunicorn.error": {"handlers": ["stderr"], "propagate": False},
        "procrastinate": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
    },
}
