# Errors that people read: on error pages and beside fields.

## Any page

unknown-host = This server does not serve the host name of this request. Use one of its configured names.
not-found = There is nothing at this address.
method-not-allowed = This address does not accept this HTTP method.
too-large = The request body is larger than { $limit }.
foreign-form = This form was sent from another site, or it has expired. Go back, reload the page and send it again.
timed-out = The request took too long and was cancelled. Try again. If this happens often, give the request ID { $request-id } to the operator of this server.
unavailable = The database is not available right now. Try again in a moment.
rate-limited = Rate limit exceeded: this connection may send no more requests than { $limit } a second. Retry after { $seconds ->
        [one] { $seconds } second
       *[other] { $seconds } seconds
    }.
too-many-refused = Too many requests without a valid token came from this address. Check the token and retry after { $seconds ->
        [one] { $seconds } second
       *[other] { $seconds } seconds
    }.
internal = Something failed on our side. Give the request ID { $request-id } to the operator of this server.

## Titles of error pages, and who can help

refused-title = This request was refused
not-found-title = Page not found
failed-title = Something failed on our side
busy-title = Too much at once
help-yourself = Check the address, or go back to the start.
help-reload = Go back, reload the page and send it again.
help-wait = Wait a moment and try again.
help-operator = The operator of this server finds the cause in its log under the request ID below.
help-administrator = An administrator of your business unit can give you the permission in one of your roles.
bad-request = The request could not be read.
signed-out = This needs you to be signed in.
to-start = Go to the start
request-id-label = Request ID

## Tokens of programs

token-missing = Not authorized: the request has no Authorization header with a bearer token.
token-several = Not authorized: the request has more than one Authorization header.
token-form = Not authorized: the Authorization header must be of the form “Bearer <token>”.
token-unknown = Not authorized: the access token is not known here.
token-expired = Not authorized: the access token has expired.
token-revoked = Not authorized: the access token was revoked.
token-user-inactive = Not authorized: the user this token acts for is inactive.
token-client-disabled = Not authorized: the application this token was given to is disabled.
permission-missing = { $actor } does not have the permission “{ $permission }”. Switch it on in one of the roles of that user.

## Bodies of requests

body-no-object = The request body must be a JSON object.
body-no-json = The request body is not JSON: { $detail }.
body-unusable = The request body cannot be used: { $detail }.
member-unusable = The member { $path } of the request body cannot be used: { $detail }.

## Integrations

integration-not-found = There is no integration { $id }.
integration-label = An integration needs a label of 1 to 100 characters.
integration-name = The name of an integration consists of at most 64 lower-case letters, digits and underscores: { $name }.
integration-name-taken = Another integration is called { $name } already.
subject-not-found = There is no user or group { $id } to assign.
url-invalid = { $field }: { $value } is not an absolute HTTP or HTTPS URL.
base-url-underscore = The base URL must not contain “_”: some identity providers refuse it.
scim-off = Turn on SCIM provisioning first (General > App Settings > Enable SCIM provisioning).
test-failed = Error authenticating: { $what }. The connector configuration could not be tested. Make sure that the URL, Authentication Parameters are correct and that there is an implementation available at the URL provided.
test-misconfigured = The connector configuration could not be tested: { $detail }.

## The directory

resource-not-found = There is no resource { $id }.
connection-not-found = There is no connection { $id }. A connection is named by the client ID of an application or the ID of a token.
schema-not-found = There is no registered schema { $urn }.
schema-ambiguous = The schema { $urn } is registered for several resource types. Name one of them.
schema-in-use =
    { $count ->
        [one] { $count } resource of type { $resource-type } holds data of { $urn }. Delete that data first.
       *[other] { $count } resources of type { $resource-type } hold data of { $urn }. Delete that data first.
    }
schema-refused = { $detail }
rows-refused =
    { $count ->
        [one] { $count } row of the file cannot be imported. Nothing was imported.
       *[other] { $count } rows of the file cannot be imported. Nothing was imported.
    }

## Mails

mail-not-found = There is no mail { $id }.
attachment-gone = The mail { $id } has no attachment any more.
mail-sent = The mail { $id } was sent already. What it carried can be issued again.
bad-cursor = The cursor is not one of this list. Ask for the first page.
