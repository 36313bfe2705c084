# The change log: its page and the sentences of its entries.

changes = Latest changes
changes-note = Newest first, each with its reason.
no-changes = Nothing has happened yet.

## People

user-created = “{ $user }” was created.
user-created-with-role = “{ $user }” was created with the role “{ $role }”.
user-changed = “{ $user }” was changed: { $attributes }.
user-unchanged = No change: “{ $user }” already has these values.
user-unchanged-ignored = No change: “{ $user }” already has these values. Ignored, because this server has no such attribute: { $attributes }.
user-deactivated =
    “{ $user }” was deactivated. { $sessions ->
        [one] one session
       *[other] { $sessions } sessions
    } and { $authorizations ->
        [one] one authorization
       *[other] { $authorizations } authorizations
    } ended with it.
user-reactivated = “{ $user }” is active again.
user-restored-by-name = “{ $user }” was created again by the client. The deactivated user of that name was restored and is active again.
user-restored-by-name-inactive = “{ $user }” was created again by the client. The deactivated user of that name was restored and stays inactive.
user-restored-by-external-id = “{ $user }” was created again by the client. The deactivated user of that externalId was restored and is active again.
user-restored-by-external-id-inactive = “{ $user }” was created again by the client. The deactivated user of that externalId was restored and stays inactive.
user-restored-by-email = “{ $user }” was created again by the client. The deactivated user of that e-mail address was restored and is active again.
user-restored-by-email-inactive = “{ $user }” was created again by the client. The deactivated user of that e-mail address was restored and stays inactive.
user-deleted = “{ $user }” was deleted.
manager-deleted = “{ $user }” has no manager any more: “{ $manager }” was deleted.
password-set =
    The password of “{ $user }” was set. { $sessions ->
        [one] one session
       *[other] { $sessions } sessions
    } and { $authorizations ->
        [one] one authorization
       *[other] { $authorizations } authorizations
    } ended.

## Groups and resources

group-created = Group “{ $group }” was created.
group-members-changed =
    Group “{ $group }” was changed: { $added ->
        [one] one member
       *[other] { $added } members
    } added, { $removed } removed.
group-changed = Group “{ $group }” was changed: { $attributes }.
group-and-members-changed =
    Group “{ $group }” was changed: { $attributes }; { $added ->
        [one] one member
       *[other] { $added } members
    } added, { $removed } removed.
group-unchanged = No change: group “{ $group }” already has these values.
group-unchanged-ignored = No change: group “{ $group }” already has these values. Ignored, because this server has no such attribute: { $attributes }.
group-deleted = Group “{ $group }” was deleted.
members-imported =
    Group “{ $group }” was changed by an import: { $added ->
        [one] one member
       *[other] { $added } members
    } added.
member-person-deleted = Group “{ $group }” lost a member: “{ $member }” was deleted.
member-group-deleted = Group “{ $group }” lost a member: the group “{ $member }” was deleted.
resource-created = { $kind } “{ $resource }” was created.
resource-changed = { $kind } “{ $resource }” was changed: { $attributes }.
resource-unchanged = No change: { $kind } “{ $resource }” already has these values.
resource-unchanged-ignored = No change: { $kind } “{ $resource }” already has these values. Ignored, because this server has no such attribute: { $attributes }.
resource-deleted = { $kind } “{ $resource }” was deleted.

## Schemas

schema-added = The schema { $schema } now extends { $kind }.
schema-removed = The schema { $schema } no longer extends { $kind }.
resource-type-added = The resource type { $kind } was added at { $endpoint }.
resource-type-removed = The resource type { $kind } at { $endpoint } was removed.
schema-in-use = The schema { $schema } was not removed: { $resources } resources of type { $kind } hold data of it. Delete that data first.

## Refusals

request-refused = The request was refused: { $detail }
permission-missing = Refused: the permission “{ $permission }” is missing. Switch it on in a role of the user.
role-missing = Nobody can be provisioned: this tenant has no active role named { $roles }, which everyone provisioned is given. Create it and choose Save & Activate (Roles & Permissions > New Role).
role-missing-dormant = Nobody can be provisioned: this tenant has no active role named { $roles }, which everyone provisioned is given. The role “{ $role }” is { $status }; activate it (Roles & Permissions).
default-roles = “Agent” or “坐席”
configured-roles = “{ $role }”, “Agent” or “坐席”
user-name-taken = Refused: the user name “{ $words }” is taken by another user of this tenant.
user-inactive-by-name = Refused: the user name belongs to the deactivated user “{ $user }”. Set active to true instead of creating the user again.
user-inactive-by-external-id = Refused: the externalId belongs to the deactivated user “{ $user }”. Set active to true, or let this connection restore or create in such a case.
user-inactive-by-email = Refused: an e-mail address belongs to the deactivated user “{ $user }”. If that is the same person, set active to true; if not, let this connection create in such a case.
group-name-taken = Refused: the group name “{ $words }” is taken by another group of this tenant.
value-taken = Refused: the value of { $attribute } is taken by another { $kind } of this tenant.

## Roles

role-created = Role “{ $role }” was created; its status is { $status }.
role-status-changed = The status of role “{ $role }” changed from { $before } to { $status }.
role-changed = Role “{ $role }” was changed: { $attributes }.
primary-role-given = “{ $user }” was given the primary role “{ $role }”.
secondary-role-given = “{ $user }” was given the secondary role “{ $role }”.
role-taken = The role “{ $role }” of “{ $user }” was taken away.
status-draft = draft
status-active = active
status-inactive = inactive

## Access

signed-in = “{ $user }” signed in.
signed-out = “{ $user }” signed out.
wrong-password = A wrong password was given for “{ $user }”.
locked-out = “{ $user }” was locked for { $minutes } minutes after { $attempts } wrong passwords.
sign-in-while-locked = “{ $user }” tried to sign in while locked.
sign-in-while-inactive = “{ $user }” tried to sign in but is inactive.
consented = “{ $user }” authorized “{ $app }” for “{ $scope }”.
consent-denied = “{ $user }” did not authorize “{ $app }”.
app-of-other-tenant = “{ $user }” could not authorize “{ $app }”: it belongs to another tenant.
consent-not-permitted = “{ $user }” could not authorize “{ $app }”: no active role gives the permission “{ $permission }”.
code-exchanged = Tokens were issued for a code of “{ $user }”.
tokens-refreshed = The tokens of “{ $user }” were refreshed.
app-token-issued = An access token was issued to the application itself.
refresh-token-reused = A refresh token was used again long after it was replaced; the grant was revoked.
code-reused = An authorization code was presented twice; its tokens were revoked.
grant-returned = The application revoked its own authorization.
access-token-returned = The application revoked one of its access tokens.
static-token-issued = Token “{ $token }” was created for { $scope }.
static-token-revoked = The token was revoked.
policy-set = The connection “{ $connection }” is now { $leniency }. When a create matches an inactive user by user name: { $user-name }; by externalId: { $external-id }; by e-mail address: { $email }.
leniency-strict = strict
leniency-forgiving = forgiving
policy-conflict = conflict
policy-restore = restore
policy-create = create

## Applications and the tenant

app-registered = Application “{ $app }” was registered as { $client-id }.
app-changed = The registration of “{ $app }” was changed.
app-enabled = The application “{ $app }” was enabled.
app-disabled = The application “{ $app }” was disabled.
app-secret-issued = A new client secret of “{ $app }” was issued.
tenant-created = Tenant “{ $tenant }” was created.
tenant-configured = The account settings of “{ $tenant }” were changed.

## Mail

mail-queued = A mail to { $recipient } was queued: { $title }.
mail-sent = The mail to { $recipient } was sent.
mail-delayed = The mail to { $recipient } could not be sent and is tried again later: { $trouble }
mail-given-up = The mail to { $recipient } could not be sent and is given up: { $trouble }
mail-retry-requested = The mail to { $recipient } is to be sent again.
mail-server = the mail server said: { $words }
mail-malformed = the mail is not well formed: { $words }
mail-timed-out = the mail server took too long
mail-sealed = the stored mail cannot be opened

## Integrations

integration-created = The application “{ $app }” was created.
provisioning-switched-on = SCIM provisioning was switched on for “{ $app }”.
provisioning-switched-off = SCIM provisioning was switched off for “{ $app }”.
connection-changed = The SCIM connection of “{ $app }” was changed.
actions-changed = The provisioning actions of “{ $app }” were changed.
app-authorized = Somebody authenticated with “{ $app }”.
app-token-refreshed = The access token of “{ $app }” was refreshed.
authorization-lost = “{ $app }” must be authenticated with again: { $problem }
person-assigned = The person was assigned to “{ $app }”.
person-unassigned = The person was unassigned from “{ $app }”.
people-assigned = { $count } of { $named } people were assigned to “{ $app }”.
people-unassigned = { $count } of { $named } people were unassigned from “{ $app }”.
group-assigned = The group “{ $group }” was assigned to “{ $app }”; people in it: { $people }.
group-unassigned = The group “{ $group }” was unassigned from “{ $app }”; people in it: { $people }.
comparison-requested =
    { $people ->
        [one] One person is
       *[other] { $people } people are
    } compared with the application again.
retry-requested =
    { $items ->
        [one] One failed item was
       *[other] { $items } failed items were
    } put back to be tried again.
status-provisioning-off = SCIM provisioning is off.
status-no-connection = No SCIM connection is configured.
status-no-password = The password is missing.
status-no-header = The value of the Authorization header is missing.
status-not-authenticated = Nobody has authenticated with the application yet.

## Provisioning

account-created = User { $user } was created in { $app }.
account-linked = User { $user } was linked to the existing account in { $app }.
account-updated = User { $user } was updated in { $app }.
account-deactivated = User { $user } was deactivated in { $app }.
account-reactivated = User { $user } was activated again in { $app }.
account-up-to-date = Nothing to send for { $user }: the account in { $app } already says what it should.
account-inactive = Nothing to send for { $user }: the account in { $app } is inactive already.
account-absent = User { $user } has no account in { $app }, so there is nothing to deactivate.
person-not-assigned = Nothing to send for { $user }: the person is not assigned to { $app } and has no account there.
off-provisioning = Nothing sent for { $user }: SCIM provisioning is switched off for { $app }.
off-create-users = Nothing sent for { $user }: Create Users is switched off for { $app }.
off-update-user-attributes = Nothing sent for { $user }: Update User Attributes is switched off for { $app }.
off-deactivate-users = Nothing sent for { $user }: Deactivate Users is switched off for { $app }.
provisioning-failed = Automatic provisioning of user { $user } to app { $app } failed: { $problem }
given-up = Automatic provisioning of user { $user } to app { $app } failed: { $problem } (given up after { $attempts } attempts)
step-look-up = Error while verifying if user { $user } exists: { $trouble }
step-create = Error while creating user { $user }: { $trouble }
step-update = An error occurred while pushing a profile update to this app: { $trouble }
step-deactivate = Error while deactivating user { $user }: { $trouble }
step-reactivate = Error while reactivating user { $user }: { $trouble }

## What targets and authorization servers do

credentials-invalid = The credentials used to connect to the API were invalid; please check your configuration
rate-limited = Too Many Requests: we are rate limited by the target
answered = { $phrase }
too-large = the answer is larger than { $size } MiB
no-match = Matching user not found
ambiguous = { $count } users match; make the match unique at the target, then retry
empty-answer = Create new user returned empty user
no-identifier = the person has no value for the unique identifier field; fill it in, then retry
forbidden-scheme = only https addresses are allowed as targets
forbidden-credentials = the address must not contain a user name or password
forbidden-port = port { $port } is not allowed for targets
forbidden-address = the host { $host } is not on a public network, and only public targets are allowed
said-words = { $trouble }. Errors reported by remote server: { $words }
said-not-json = { $trouble }. Invalid JSON: the answer starts with “{ $words }”
said-nothing = { $trouble }. Invalid JSON: the answer is empty
said-redirect = { $trouble }. The target redirects elsewhere and redirects are not followed; correct the base URL
said-not-a-list = { $trouble }. The answer is not a SCIM list
said-not-an-object = { $trouble }. The answer is not a JSON object
said-not-a-resource = { $trouble }. An element of Resources is not an object
said-no-id = { $trouble }. In the answer the user has no id
said-other-user = { $trouble }. The answer to the request for user { $words } is about another
silence-timed-out =
    no answer within { $seconds ->
        [one] one second
       *[other] { $seconds } seconds
    }
silence-out-of-time = the target did not answer in time
silence-closed = the other side closed the connection
silence-connection = the connection failed: { $words }
tokens-not-authorized = the app was not authorized yet
tokens-no-refresh-token = the access token is no longer accepted and there is no refresh token
tokens-unsendable = the access token has characters that cannot be sent
tokens-unstored = the stored tokens could not be read or written
tokens-refused = the authorization server refused: { $words }
tokens-unavailable = the authorization server cannot answer at the moment: { $words }
tokens-unreachable = the authorization server could not be reached: { $trouble }
tokens-invalid = the answer of the authorization server is not a token: { $trouble }
not-tokens-json = it starts with “{ $words }”
not-tokens-empty = it is empty
not-tokens-missing = it has no access_token
not-tokens-type = tokens of type { $words } are not supported
test-failed = Error authenticating: { $trouble }. The connector configuration could not be tested. Make sure that the URL, Authentication Parameters are correct and that there is an implementation available at the URL provided.
test-misconfigured = The connector configuration could not be tested: { $problem }.
test-succeeded = Connector configured successfully
unreadable = This entry cannot be read by this version of Seatlink: { $why }
