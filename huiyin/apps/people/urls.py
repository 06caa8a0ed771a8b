"""Addresses of this app; the few names allauth looks up by itself point to the same pages."""

from django.urls import include, path

from huiyin.apps.people.views import desk, my, outbox, sign_in

pages = [
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-in/code", sign_in.sign_in_code, name="sign_in_code"),
    path("sign-in/second-factor", sign_in.second_factor, name="second_factor"),
    path("sign-in/second-factor/again", sign_in.second_factor_again, name="second_factor_again"),
    path("sign-in/second-factor/new", sign_in.second_factor_new, name="second_factor_new"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("my/start", my.my_start, name="my_start"),
    path("my/account", my.my_account, name="my_account"),
    path("my/account/home", my.claim_home, name="claim_home"),
    path("my/account/home/<int:pk>/end", my.end_home, name="end_home"),
    path("my/privacy", my.my_privacy, name="my_privacy"),
    path("my/privacy/consents/<slug:purpose>", my.set_consent, name="set_consent"),
    path("my/privacy/export", my.export_my_data, name="export_my_data"),
    path("my/privacy/erase", my.erase_me, name="erase_me"),
    path("desk/people", desk.desk_people, name="desk_people"),
    path("desk/people/new", desk.desk_grant, name="desk_grant"),
    path("desk/people/roles/<int:pk>/end", desk.desk_end_role, name="desk_end_role"),
    path(
        "desk/people/roles/<int:pk>/second-factor",
        desk.desk_reset_second_factor,
        name="desk_reset_second_factor",
    ),
    path("desk/people/households", desk.desk_households, name="desk_households"),
    path("desk/people/households/<int:pk>/check", desk.desk_check_household, name="desk_check_household"),
    path("desk/people/<int:pk>/contact", desk.desk_contact, name="desk_contact"),
    path("desk/people/openings", desk.desk_openings, name="desk_openings"),
    path("outbox", outbox.outbox, name="outbox"),
]

urlpatterns = [
    path("", include((pages, "people"))),
    path("sign-in", sign_in.sign_in, name="account_login"),
    path("sign-in", sign_in.sign_in, name="account_inactive"),
    path("sign-in/code", sign_in.sign_in_code, name="account_confirm_login_code"),
    path("sign-in/second-factor", sign_in.second_factor, name="mfa_authenticate"),
]
