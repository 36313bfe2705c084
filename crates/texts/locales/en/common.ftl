# Words and parts that pages of every area share.

-product = Seatlink

## The frame of a page

portal = Developer Portal
console = Administration Console
outbox = Outbox
navigation = Pages
on-this-page = On this page
language = Language
sign-out = Sign out
business-unit-id = Business unit ID
region = Region
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
