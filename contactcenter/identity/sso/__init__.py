"""Single sign-on: identity providers by OpenID Connect and SAML 2.0, and what they may bring about here."""
