# The Administration Console: integrations and provisioning.

title = Administration Console
intro = Applications that people in this directory are provisioned to.

## Integrations

applications = Applications
no-applications = No application is integrated yet.
ready = Ready
needs-authorization = Needs authorization
needs-authorization-note = Nothing is provisioned until somebody authenticates with this application.
not-configured = Not configured
not-configured-note = Nothing is provisioned until the SCIM connection is complete.
authenticate-with = Authenticate with { $application }
re-authenticate-with = Re-authenticate with { $application }
sync-now = Sync now
active-accounts = Active accounts
inactive-accounts = Inactive accounts

## Work

waiting = Waiting
failed = Failed
retry = Retry
retry-all = Retry all
failed-cut = Only the latest are listed. “Retry all” applies to all of them.
attempts =
    { $count ->
        [one] { $count } attempt
       *[other] { $count } attempts
    }
retried =
    { $count ->
        [0] There is nothing to retry.
        [one] { $count } failed item will be retried.
       *[other] { $count } failed items will be retried.
    }
queued =
    { $count ->
        [0] There is nobody to compare.
        [one] { $count } person is queued for comparison.
       *[other] { $count } people are queued for comparison.
    }
not-done = This was not done

## Settings

settings = Settings
application-name = Application name
login-page-url = Login page URL of the application
scim-provisioning = SCIM provisioning
base-url = SCIM connector base URL
unique-identifier = Unique identifier field for users
supported-actions = Supported provisioning actions
push-new-users = Push New Users
push-profile-updates = Push Profile Updates
authentication-mode = Authentication Mode
basic-authentication = Basic Auth
http-header = HTTP Header
oauth2 = OAuth 2
user-name = Username
token-endpoint = Access token endpoint URI
authorization-endpoint = Authorization endpoint URI
callback-url = Redirect URL to register
provisioning-to-app = Provisioning to App
create-users = Create Users
update-user-attributes = Update User Attributes
deactivate-users = Deactivate Users

## Authentication with an application

authenticated = Authentication succeeded. Provisioning continues.
authenticated-note = Your own session has ended. Sign in to see the state of the application.
to-console = Go to the console
not-authenticated = Authentication failed
callback-empty = The application sent you back without a result. Start again from the overview.
callback-unknown = This authorization is unknown, was already used, or took too long. Start again from the overview.
callback-failed = The authorization failed. To see the reason, sign in to the console and start again.
