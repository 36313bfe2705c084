# Errors that people read: on error pages and beside fields.

## Any page

unknown-host = This server does not serve the host name of this request. Use one of its configured names.
not-found = There is nothing at this address.
method-not-allowed = This address does not accept this HTTP method.
too-large = The request body is larger than { $limit }.
foreign-form = This form was sent from another site, or it has expired. Go back, reload the page and send it again.
timed-out = The request took too long and was cancelled. Try again. If this happens often, give the request ID { $request-id } to the operator of this server.
unavailable = The database is not available right now. Try again in a moment.
rate-limited = Rate limit exceeded: this connection may send { $limit } requests per second. Retry after { $seconds ->
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
