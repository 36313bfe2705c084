# Words and parts that pages of every area share.

-product = Seatlink

## The frame of a page

portal = Developer Portal
console = Administration Console
outbox = Outbox
navigation = Pages
language = Language
sign-out = Sign out
business-unit-id = Business unit ID
tenant = Tenant
back-to-overview = Back to the overview
choose-side = Where do you want to go?
portal-note = The receiving side: applications, roles, employees and mails.
console-note = The sending side: directory, integrations and provisioning.

## Refusals

not-allowed = You are not allowed to do this
permission-missing = You do not have the permission “{ $permission }”. An administrator can switch it on in one of your roles.

## States

active = Active
inactive = Inactive
enabled = Enabled
disabled = Disabled
on = On
off = Off
none = None

## Fields

application = Application
client-id = Client ID
name = Name
role = Role
state = State
status = Status
user-name = User name
job-title = Title

## People

people = People
nobody-yet = There are no people yet.
nobody-matches = No user name matches.
people-found =
    { $count ->
        [one] { $count } person found.
       *[other] { $count } people found.
    }
people-shown =
    { $total ->
        [one] Showing { $shown } of { $total } person.
       *[other] Showing the first { $shown } of { $total } people.
    }
show-all-people = Show everyone

## Search

search = Search
user-name-contains = User name contains

## Lengths of time

seconds =
    { $count ->
        [one] { $count } second
       *[other] { $count } seconds
    }
minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }

## The frame, continued

skip-to-content = Skip to content
overview = Overview
admin = Admin
admin-note = Employees, roles, security and audit.
applications = Applications
account = Account
path = Path
times-in = Times are in
receiving-side = Seatlink, receiving side
sending-side = Seatlink, sending side
colours = Colours
colours-system = Auto
colours-light = Light
colours-dark = Dark
copied = Copied
not-copied = Could not copy. Select the text and copy it by hand.
copy = Copy { $what }
not-saved = Changes not saved: { $count }
no-changes = No changes
check-the-form = Check what you entered
optional = optional
cancel = Cancel
close = Close
save = Save

## Lists

nothing-matches-note = Nothing fits your search and filters.
clear-filters = Clear filters
any = Any
first-page = First page
next-page = Next page

## Sections that are not shown

not-allowed-here = You are not allowed to see this
section-failed = This section could not be read
section-failed-note = The rest of this page is complete. Request { $request-id }.
try-again = Try again

## Charts

as-table = As a table
from = From
went-through = Went through
failed = Failed

## Sizes

bytes =
    { $count ->
        [one] { $count } byte
       *[other] { $count } bytes
    }
