# The Developer Portal: applications, roles, mails.

title = Developer Portal
intro = The business unit ID at the top left is the one that the registration form asks for.

## Applications

applications = Applications
no-applications = No application is registered yet.
application-type = Application type
type-user-confidential = User, Confidential
type-user-public = User, Public
type-back-end = Back-end
back-end-note = Nobody can sign in to a back-end application, so it cannot be used for provisioning. The type cannot be changed; submit the application again.
authentication-method = Authentication method
no-authentication = None (PKCE)
redirect-urls = Redirect URLs
tracking-number = Tracking number
registered = Registered

## Roles

roles = Roles
no-roles = There are no roles.
draft = Draft
scim = SCIM

## Mails

mails = Mails
no-mails = There are no mails yet.
all-mails = All mails
outbox-title = Outbox
outbox-note = Mails wait here until a mail server accepts them. Their text and file are erased once they are sent.
to = To
queued = Queued
waiting = Waiting
sent = Sent
not-sent = Not sent yet
erased = Sent. Text and file were erased.
download-file = Download { $name }
no-such-file = There is no such file
