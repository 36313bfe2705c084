# The change log: its page and the sentences of its entries.

changes = Latest changes
changes-note = Newest first, each with its reason.
no-changes = Nothing has happened yet.
