# Administration of people, roles and settings on the receiving side.

## Permissions, by the path to their switch in the role editor

permission-switch = { $area } > { $group } > { $row }
permission-action = { $area } > { $group } > { $row }: { $action }

area-admin = Admin
area-applications = Applications
group-general = General Permissions
group-account = Account
group-provisioning = Provisioning
row-scim = SCIM
row-employees = Employees
row-role-management = Role Management
row-tokens = Access Key
row-manage-passwords = Can Manage Passwords
row-applications = Applications
row-outbox = Outbox
row-audit-read = Change Audit Report Access
row-account-settings = Admin Account Settings
row-connections = SCIM Connections
row-integrations = Integrations
action-switch = On
action-view = View
action-create = Create
action-edit = Edit
action-delete = Delete
action-deactivate = Deactivate
action-assign = User Assignment

## Roles & Permissions

security-settings = Security Settings
roles-title = Roles & Permissions
roles-lead = A person has one primary role and up to ten more. What any of them allows, the person may do.
new-role = New Role
roles-caption = Roles
role-name = Name
description = Description
members = Members
permissions = Permissions
modified = Modified
modified-by = by { $name }
inactive-members = { $count } inactive
all = All
draft = Draft
search-roles = Name or description
has-permission = Has permission
row-action = { $row }: { $action }
roles-found =
    { $count ->
        [one] { $count } role
       *[other] { $count } roles
    }
no-roles = There are no roles yet
no-roles-note = Roles give people their permissions. Begin with a role named Agent: everybody who is provisioned gets it.
no-role-matches = No role matches

## A new role

new-role-lead = A draft cannot be given to anybody yet. Its permissions are switched on in the next step.
role-name-hint = 50 characters at most. A name that was used once cannot be used again, not even after the role was deactivated.
description-hint = 200 characters at most.
save-and-activate = Save & Activate

## The editor

tab-general = General
tab-permissions = Permissions
tab-users = Users
tab-history = Change History
role-label = Role { $name }
name-held =
    { $count ->
        [one] { $count } person has this role, so its name cannot be changed.
       *[other] { $count } people have this role, so its name cannot be changed.
    }
may-not-edit = You can look at this role and cannot change it: you do not have the permission “{ $permission }”.
created = Created
last-changed = Last changed
activate = Activate
deactivate = Deactivate
duplicate = Duplicate
set-to-default = Set To Default

## What was just done

done-created = The role was created.
done-saved = Your changes are saved.
done-activated = The role is active.
done-deactivated = The role is inactive.
done-duplicated = The copy was created as a draft.
done-default = The role has its default permissions.
done-assigned = The role was given.
done-taken = The role was taken away.

## Questions

ask-activate = Activate the role { $name }?
ask-activate-note = From then on it can be given to people, and whoever has it has its { $count } permissions.
ask-deactivate = Deactivate the role { $name }?
ask-deactivate-note = It can no longer be given to people. Its name stays taken; the way back is to activate it again.
cannot-deactivate = The role { $name } cannot be deactivated now
cannot-deactivate-note =
    { $count ->
        [one] { $count } active person has it. Give them another role first.
       *[other] { $count } active people have it. Give them another role first.
    }
show-people = Show who has it
still-held =
    { $count ->
        [one] { $count } inactive person keeps it.
       *[other] { $count } inactive people keep it.
    }
loses-permissions = It gives no longer: { $permissions }.
loses-provisioning = Nobody can be provisioned any more, because everybody who is provisioned gets this role.
loses-last-manager = Nobody active could edit roles any more. Give somebody else that permission first.
loses-connection = { $app } is refused from its next request, because { $person } may use SCIM by this role alone.
loses-more-connections = Further connections are refused as well.
ask-permissions = Switch off permissions of the role { $name }?
switch-off = Switch off
ask-default = Set the role { $name } to its default permissions?
default-on = Switched on: { $permissions }.
default-off = Switched off: { $permissions }.
default-same = It has its default permissions already.
no-default = The role { $name } has no default permissions. Only the roles of a new business unit have.
duplicate-title = Duplicate the role { $name }
duplicate-lead = The copy begins as a draft with the same permissions and without people.
copy-of = { $name } copy
ask-take-away = Take the role { $role } away from { $person }?
ask-take-away-note = From their next request they can do only what their other roles allow.
take-away = Take away

## Permissions

search-permissions = Search permissions
on-of = { $on } of { $all } on
switches-on =
    { $count ->
        [one] { $actions } switches on { $implied }.
       *[other] { $actions } switch on { $implied }.
    }
locked-lacking = You do not have this permission, so you cannot give it: { $permissions }.
scim-note = Lets an application that this person authorizes create, change and deactivate employees.
draft-gives-nothing = This role is not active, so it gives nobody these permissions yet.

## People

users-lead = Everybody with this role. Who has it as the primary role cannot be without it: give them another primary role instead.
user-name-begins = User name begins with
assign = Give to a person
assign-user-name = User name
rank = As
rank-primary = Primary role
rank-secondary = Secondary role
give = Give
no-members = Nobody has this role yet
no-members-note = Everybody who has it is listed here.
no-member-matches = Nobody with this role has such a name
searched-so-far = Not everybody was looked at yet. The search goes on with the next page.
people-on-page =
    { $count ->
        [one] { $count } person on this page
       *[other] { $count } people on this page
    }
person = Person

## What is wrong with a role

problem-missing = Enter a name.
problem-too-long = At most { $count } characters.
problem-character = This character cannot be used: { $character }
problem-taken-active = A role named { $name } is active already.
problem-taken = The name { $name } was used before. Activate the role of that name instead.
problem-held =
    { $count ->
        [one] { $count } person has this role, so its name cannot be changed.
       *[other] { $count } people have this role, so its name cannot be changed.
    }
problem-lacking = You do not have the permission “{ $permission }”, so you cannot give it.
problem-draft-again = Only a new role is a draft.
refused-held =
    { $count ->
        [one] { $count } active person has the role { $name }. Give them another role first.
       *[other] { $count } active people have the role { $name }. Give them another role first.
    }
refused-not-active = The role { $name } is not active and cannot be given to anybody. Activate it first.
refused-no-user = There is no such person.
no-user-named = There is no person with the user name { $name }.
refused-too-many-roles = A person has at most ten secondary roles.
refused-too-many-people = Too many people at once.
refused-primary = This is the primary role of that person. Give them another primary role instead.
refused-user = The record of that person could not be changed: { $detail }
conflict-title = Somebody else changed this role meanwhile
conflict-note = { $person } changed it. What you entered is kept below; save again to put it in place of theirs.
conflict-merged = { $person } changed it. Their changes are below together with yours; look at them and save again.
conflict-reload = { $person } changed it. Look at it as it is now and decide anew.
now = Now
before = Before
switched-on = Switched on
switched-off = Switched off

## The change log

audit = Audit
change-log = Change log
change-log-lead = What was done, refused or repaired, by whom and why. Nothing here can be changed or deleted.
who = Who
who-hint = Part of the name
what = What
why = Why
kind = Kind of thing
connection = Connection
since = From
until = To
details = Details
request-id = Request ID
reason-word = Reason code
attribute = Attribute
old-value = Before
new-value = After
concerns = Concerns
filter-by-connection = Only this connection
nothing-logged = Nothing has happened yet
nothing-logged-note = Every change, refusal and repair appears here with its reason.
nothing-logged-matches = No entry matches
entries-on-page =
    { $count ->
        [one] { $count } entry on this page
       *[other] { $count } entries on this page
    }
searched-to = Searched back to { $time } so far. The search goes on with the next page.
history-of = Changes of { $name }
nothing-changed = Nothing was changed yet
nothing-changed-note = Changes of name, description, permissions and status appear here.

## What was done

operation-create = Created
operation-replace = Replaced
operation-patch = Changed
operation-delete = Deleted
operation-restore = Restored
operation-import = Imported
operation-assign = Assigned
operation-unassign = Taken away
operation-configure = Configured
operation-authorize = Authorized
operation-sign-in = Signed in
operation-issue = Issued
operation-revoke = Revoked
operation-provision = Provisioned
operation-retry = Tried again

## Why

reason-created = Created
reason-updated = Updated
reason-unchanged = Unchanged
reason-deactivated = Deactivated
reason-reactivated = Reactivated
reason-restored = Restored
reason-deleted = Deleted
reason-refused = Refused
reason-missing-role = Role missing
reason-missing-permission = Permission missing
reason-duplicate = Duplicate
reason-assigned = Assigned
reason-unassigned = Unassigned
reason-configured = Configured
reason-signed-in = Signed in
reason-wrong-password = Wrong password
reason-locked-out = Locked out
reason-signed-out = Signed out
reason-consented = Consented
reason-denied = Denied
reason-token-issued = Token issued
reason-token-refreshed = Token refreshed
reason-token-revoked = Token revoked
reason-token-reused = Token used again
reason-code-reused = Code used again
reason-registered = Registered
reason-secret-reissued = New secret
reason-mail-queued = Mail queued
reason-mail-sent = Mail sent
reason-mail-failed = Mail failed
reason-authorized = Authorized
reason-needs-authorization = Needs authorization
reason-pushed-new = Created at the target
reason-linked = Linked
reason-pushed-update = Updated at the target
reason-pushed-deactivation = Deactivated at the target
reason-pushed-reactivation = Reactivated at the target
reason-nothing-to-do = Nothing to do
reason-switched-off = Switched off
reason-not-assigned = Not assigned
reason-not-found-remotely = Not found at the target
reason-rate-limited = Rate limited
reason-target-unavailable = Target unavailable
reason-rejected-by-target = Rejected by the target
reason-empty-answer = Empty answer
reason-invalid-answer = Invalid answer
reason-too-many-attempts = Too many attempts
reason-retry-requested = Retry requested

## Kinds of things

kind-tenant = Business unit
kind-user = Person
kind-group = Group
kind-role = Role
kind-app = Application
kind-token = Access key
kind-session = Session
kind-message = Mail
kind-integration = Integration
kind-resource = Resource
kind-schema = Schema
