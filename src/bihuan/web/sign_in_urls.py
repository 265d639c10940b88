"""Addresses of signing in: only those parts of allauth that an office without mail and sign-up needs."""

from __future__ import annotations

from allauth.account import views
from allauth.socialaccount import views as social
from django.urls import include, path

from bihuan.web import account, demo

urlpatterns = [
    path("", account.account, name="account"),
    path("sign-in/", views.login, name="account_login"),
    path("sign-out/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("again/", views.reauthenticate, name="account_reauthenticate"),
    path("password/", views.password_change, name="account_change_password"),
    path("demo/", demo.sign_in, name="demo_sign_in"),
    path("second-factor/", include("allauth.mfa.urls")),
    # Without a configured identity service these lead nowhere: 404.
    path("office/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("office/error/", social.login_error, name="socialaccount_login_error"),
    path("office/signup/", social.signup, name="socialaccount_signup"),
    path("office/", include("allauth.socialaccount.providers.openid_connect.urls")),
]
