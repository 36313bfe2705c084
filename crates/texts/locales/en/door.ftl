# Sign-in, consent, sign-out, and what can go wrong there.

## Sign-in

sign-in = Sign in
user-name = User name
password = Password
business-unit-id = Business unit ID
sign-in-refused = Wrong user name or password, or this account cannot sign in right now. After { $attempts } failed attempts, an account is locked for { $duration }.
too-many-sign-ins = Too many failed sign-ins from your network. Try again in { $duration }, or ask your administrator.
several-business-units = This user name exists in several business units. Enter the business unit ID as well.
business-unit-id-invalid = A business unit ID is a number. The Developer Portal shows it at the top left.
form-expired = This page was open for too long, or your browser blocks cookies. Sign in again.

## Consent

consent-title = Allow access
application = Application
tenant = Tenant
asks-for-access = { $application } asks for access to your account.
signed-in-as = Signed in as
use-another-account = Use another account
it-can = It will be able to
allow = Allow
deny = Deny
scim-access = Create, change and deactivate employees through SCIM, with your permissions
scope-openid = Know who you are
scope-profile = Read your name
scope-email = Read your email address
scope-api = Use this part of the ACD API
cannot-authorize = This application cannot be authorized
cannot-authorize-advice = Nothing was sent to the application. The person who set up the connection can correct it.

## Sign-out

sign-out = Sign out
sign-out-question = An application asks to sign you out. Sign out now?
stay-signed-in = Stay signed in
signed-out = You are signed out.

## Titles of refusals

not-signed-in = You are not signed in
question-one-more = One more question
allow-to-manage = Allow { $application } to manage employees?
allow-to-sign-in = Allow { $application } to know who you are?
acts-with-your-permissions = It acts with your permissions in { $tenant }, business unit { $business-unit }, until you or an administrator withdraws this.
signs-in-to = This concerns your account in { $tenant }, business unit { $business-unit }.
it-cannot = It cannot read passwords, sign in as you, or change what roles allow.
you-return-to = You return to
error-code = Error code
